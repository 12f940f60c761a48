// Numbers on standard input, one a line, and their sum.
import { createInterface } from 'node:readline';
let sum = 0;
for await (const line of createInterface({ input: process.stdin })) {
  sum += Number(line);
  console.log(`${line} makes ${sum}`);
}
console.log('the sum is', sum);
