import { writeSync } from 'node:fs';
const byte = Buffer.from('x');
for (let i = 0; i < 200_000; ++i) writeSync(1, byte);
