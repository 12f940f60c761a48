const kept = [];
for (;;) kept.push(Buffer.alloc(2 ** 20, 1));
