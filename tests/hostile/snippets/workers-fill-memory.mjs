import { Worker } from 'node:worker_threads';
const fill = 'const kept = []; for (;;) kept.push(new Array(1e4).fill(1));';
for (let i = 0; i < Number(process.argv[2]); ++i) new Worker(fill, { eval: true }).on('error', () => {});
