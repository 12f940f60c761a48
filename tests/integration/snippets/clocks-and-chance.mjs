// Everything that a deterministic run fixes, and timers that a slow machine would fire in another order.
import { randomBytes, randomFill, randomFillSync, randomInt, randomUUID } from 'node:crypto';
import { scheduler, setInterval as every, setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';

const start = Date.now();
console.log(start, new Date().toISOString(), new Date() instanceof Date, Date.name, Date.length);
console.log(performance.timeOrigin, performance.now(), process.uptime(), process.hrtime(), process.hrtime.bigint());
console.log(Math.random(), randomUUID(), crypto.randomUUID(), randomBytes(4), randomInt(1000));
console.log(crypto.getRandomValues(new Uint16Array(3)), randomFillSync(Buffer.alloc(4), 1, 2));

setTimeout(() => console.log('10'), 10);
// Takes as long as it takes; it is no time.
for (let i = 0, x = 0; i < 1e6 * Number(process.argv[2] ?? 0); ++i) x += i;
setTimeout(() => console.log('6'), 6);
setTimeout(() => console.log('5'), 5);
setTimeout((argument) => console.log(argument), 7, '7');
clearTimeout(setTimeout(() => console.log('never'), 3));
let ticks = 0;
const ticking = setInterval(() => {
  console.log('tick', Date.now() - start);
  if (++ticks === 3) clearInterval(ticking);
}, 20);
const busy = Date.now();
while (Date.now() - busy < 50);
console.log('waited', Date.now() - start);
console.log(await sleep(100, 'slept'), await scheduler.wait(5), await promisify(setTimeout)(10, 'promised'), Date.now() - start);
let times = 0;
for await (const value of every(10, 'again')) if (++times > 2) break;
console.log(times, Date.now() - start);
console.time('timer');
await sleep(200);
console.timeEnd('timer');
const again = setTimeout(() => console.log('refreshed', Date.now() - start), 30);
again.refresh().unref().ref();
console.log(again.hasRef(), again.constructor.name);
await sleep(40);
for (let i = 0; i < 20; ++i) randomBytes(4, (error, bytes) => console.log(i, bytes));
await new Promise((resolve) => randomFill(Buffer.alloc(4), (error, bytes) => resolve(console.log(bytes))));
const compute = () => { for (let i = 0, x = 0; i < 1e5 * Number(process.argv[2] ?? 0); ++i) x += i; };
setTimeout(() => console.log('timer'), 0);
compute();
setImmediate(() => {
  console.log('immediate');
  setImmediate(compute);
});
clearImmediate(setImmediate(() => console.log('never')));
await Promise.all([immediate('yielded'), scheduler.yield(), promisify(setImmediate)()]).then((values) => console.log(...values));
await sleep(30);
setImmediate(() => {
  setTimeout(() => console.log('timer of an immediate'), 0);
  compute();
  setImmediate(() => console.log('immediate of an immediate'));
});
setImmediate(compute);
await sleep(30);
const sleeping = [sleep(9, '', { signal: AbortSignal.abort('over') }), sleep(9, '', { signal: AbortSignal.timeout(1) })];
for (const { reason } of await Promise.allSettled(sleeping)) console.log(reason.name, reason.code, `${reason.cause}`);
let ended = false;
setTimeout(() => (ended = true), 5);
await new Promise((resolve) => setImmediate(function wait() { ended ? resolve() : setImmediate(wait); }));
try {
  setTimeout('text');
} catch (error) {
  console.log(error.code);
}
const script = "require('worker_threads').parentPort.postMessage([Date.now(), Math.random(), crypto.randomUUID(), process.env.RUNNER_DETERMINISM])";
new Worker(script, { eval: true }).on('message', (message) => console.log(message));
