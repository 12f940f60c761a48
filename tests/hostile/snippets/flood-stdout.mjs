import { writeSync } from 'node:fs';
const line = 'x'.repeat(1023) + '\n';
for (;;) writeSync(1, line);
