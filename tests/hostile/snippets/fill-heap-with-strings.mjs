const kept = [];
for (let i = 0; ; ++i) kept.push(`${i}`.padStart(1000, 'x').split('').join('-'));
