// Deeper than any path can name, one step down at a time, until there are no inodes left or nothing more to prove.
import { mkdirSync } from 'node:fs';
const name = 'd'.repeat(100);
process.chdir('/tmp');
let depth = 0;
for (; depth < 2000; ++depth) {
  mkdirSync(name);
  process.chdir(name);
}
console.log(depth);
