import { writeSync } from 'node:fs';
const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
for (const byte of all) writeSync(1, Buffer.of(byte));
writeSync(1, Buffer.from('\u{1F600}'));
