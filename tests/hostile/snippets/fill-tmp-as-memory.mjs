// 16 MiB of /tmp and 48 of the workspace are memory too; what is left of the limit does not hold the rest.
import { writeFileSync } from 'node:fs';
const block = Buffer.alloc(2 ** 20, 1);
for (let i = 0; i < 15; ++i) writeFileSync(`/tmp/${i}`, block);
for (let i = 0; i < 47; ++i) writeFileSync(`/workspace/${i}`, block);
console.log('files written');
const kept = [];
for (let i = 0; i < 64; ++i) kept.push(Buffer.alloc(2 ** 20, 1));
