const kept = [];
for (;;) kept.push(new Uint8Array(new ArrayBuffer(2 ** 22)).fill(1));
