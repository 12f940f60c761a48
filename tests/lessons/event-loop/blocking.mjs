// One thread runs all JavaScript: while a loop computes, no timer fires and no request is answered.
import { setTimeout as sleep } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';

const busy = (ms) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

// A timer that is due after 10 ms. How late is it?
const latenessWhile = async (work) => {
  const due = performance.now() + 10;
  const timer = sleep(10);
  await work();
  await timer;
  return performance.now() - due;
};

const blocked = await latenessWhile(() => busy(200));
console.log('one long computation:', blocked >= 150 ? 'the timer had to wait for its end' : 'the timer was punctual');

// The same work in pieces, with a breath of the event loop between them.
let fired = 0;
const timer = setInterval(() => fired++, 10);
for (let piece = 0; piece < 20; piece++) {
  busy(10);
  await new Promise((resolve) => setImmediate(resolve));
}
clearInterval(timer);
console.log('twenty short ones:', fired >= 3 ? 'the timer fired meanwhile' : `the timer fired ${fired} times`);
