import { writeSync } from 'node:fs';
const line = 'x'.repeat(99) + '\n';
for (let i = 0; i < 5000; ++i) writeSync(1, line);
process.exit(3);
