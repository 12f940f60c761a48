// A first lesson: output appears while the program runs, not when it is over.
import { setTimeout as sleep } from 'node:timers/promises';

console.log(`Hello from Node ${process.version}, in a sandbox of its own.`);
for (const number of [3, 2, 1]) {
  console.log(`${number}…`);
  await sleep(300);
}
console.log('Done. Now try: ./dev run your-own-file.mjs');
