// What runs before what: synchronous code, process.nextTick, promises, timers, immediates.
setTimeout(() => console.log('5 timeout'), 0);
setImmediate(() => setImmediate(() => console.log('7 second immediate')));
setTimeout(() => console.log('6 later timeout'), 20);
Promise.resolve().then(() => console.log('3 promise'));
process.nextTick(() => console.log('4 nextTick, after the promises of a module'));
queueMicrotask(() => console.log('3 microtask'));
console.log('1 synchronous');
await null;
console.log('2 after the first await');
