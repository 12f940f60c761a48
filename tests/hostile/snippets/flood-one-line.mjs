import { writeSync } from 'node:fs';
const block = Buffer.alloc(65536, 'x');
for (let i = 0; i < 16384; ++i) writeSync(1, block);
