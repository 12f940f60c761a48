// Touches as many MiB as it is told to, outside V8's heap.
const kept = [];
for (let i = 0; i < Number(process.argv[2]); ++i) kept.push(Buffer.alloc(2 ** 20, 1));
console.log('kept', kept.length);
