// Writes argv[2] blocks of a million bytes; each begins with its number.
import { writeSync } from 'node:fs';

const block = Buffer.alloc(1_000_000);
for (let i = 0; i < block.length; i++) block[i] = i * 7 + Math.floor(i / 256);
for (let number = 0; number < Number(process.argv[2]); number++) {
  block.writeUInt32LE(number, 0);
  for (let done = 0; done < block.length;) done += writeSync(1, block, done);
}
