// Lets its input pile up for a second before it reads it.
import { setTimeout } from 'node:timers/promises';

console.log('waiting');
await setTimeout(1000);
console.log('reading');
let size = 0;
for await (const part of process.stdin) size += part.length;
console.log(size);
