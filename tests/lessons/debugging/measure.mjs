// Where does the time go? Marks and measures, wrapped functions, and a histogram of the event loop's delays.
import { monitorEventLoopDelay, performance, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const seen = [];
const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
observer.observe({ entryTypes: ['measure', 'function'] });

const delays = monitorEventLoopDelay({ resolution: 5 });
delays.enable();

performance.mark('start');
await sleep(50);
performance.mark('loaded');
performance.measure('load', 'start', 'loaded');

const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
const measured = performance.timerify(function compute(n) {
  return fibonacci(n);
});
console.log('fibonacci(25) =', measured(25));

const until = performance.now() + 100;
while (performance.now() < until); // a computation that blocks the event loop
await sleep(50);
delays.disable();
observer.disconnect();

for (const { entryType, name, duration } of seen) console.log(entryType, name, duration > 0);
console.log('load took at least 45 ms:', seen.find(({ name }) => name === 'load').duration >= 45);
console.log('the loop was blocked for more than 50 ms:', delays.max / 1e6 > 50);
