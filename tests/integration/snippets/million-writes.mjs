import { writeSync } from 'node:fs';

const x = Buffer.from('x');
for (let i = 0; i < 1_000_000; i++) writeSync(1, x);
