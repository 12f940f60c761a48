// Two threads that want a core each, for one second of wall time.
import { Worker } from 'node:worker_threads';
const spin = 'const end = Date.now() + 1000; while (Date.now() < end);';
for (let i = 0; i < 2; ++i) new Worker(spin, { eval: true });
