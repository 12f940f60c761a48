// In CommonJS the main script is no promise job: process.nextTick comes before the promises. Each queue is emptied
// completely, what is added on the way included, before the loop goes on to timers.
setTimeout(() => console.log('7 timer'), 0);

Promise.resolve().then(() => {
  console.log('4 promise');
  process.nextTick(() => console.log('6 a tick asked for by a promise, when the promises are done'));
  Promise.resolve().then(() => console.log('5 a promise of a promise'));
});

process.nextTick(() => {
  console.log('2 tick');
  process.nextTick(() => console.log('3 a tick of a tick'));
});

console.log('1 the script itself');
