// What runs before what: synchronous code, promises, process.nextTick, timers, and immediates.
import { readFile } from 'node:fs';
setTimeout(() => {
  console.log('5 timeout');
  readFile('/workspace/order.mjs', () => {
    // Only after I/O is it certain that an immediate comes before a timer.
    setTimeout(() => console.log('7 timeout'), 0);
    setImmediate(() => console.log('6 immediate'));
  });
}, 0);
process.nextTick(() => console.log('4 nextTick, after the promises of a module'));
Promise.resolve().then(() => console.log('2 promise'));
queueMicrotask(() => console.log('2 microtask'));
console.log('1 synchronous');
await null;
console.log('3 after the first await');
