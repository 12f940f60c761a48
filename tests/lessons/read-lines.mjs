// Lines of standard input, which is empty here.
import { createInterface } from 'node:readline';
let lines = 0;
for await (const line of createInterface({ input: process.stdin })) console.log(++lines, line);
console.log('lines:', lines);
