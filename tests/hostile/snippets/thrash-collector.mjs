const kept = [];
for (let i = 0; ; ++i) kept[i % 2000] = new Array(500).fill(i);
