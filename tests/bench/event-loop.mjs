// The order of the event loop's queues.
import { readFile } from 'node:fs/promises';

console.log('start');
setTimeout(() => console.log('timeout'), 0);
setImmediate(() => console.log('immediate'));
queueMicrotask(() => console.log('microtask'));
process.nextTick(() => console.log('nextTick'));
Promise.resolve().then(() => console.log('promise'));
readFile(new URL(import.meta.url)).then((bytes) => console.log('file', bytes.length > 0));
console.log('end');
