// Threads may share memory. Without Atomics two that add at the same time lose additions; with them, none.
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { once } from 'node:events';

if (isMainThread) {
  const counters = new Int32Array(new SharedArrayBuffer(8));
  const threads = Array.from({ length: 4 }, () => new Worker(new URL(import.meta.url), { workerData: counters }));
  await Promise.all(threads.map((thread) => once(thread, 'exit')));
  console.log('with Atomics:', counters[0]);
  console.log('without, at most as many:', counters[1] <= counters[0]);
} else {
  for (let n = 0; n < 50_000; n++) {
    Atomics.add(workerData, 0, 1);
    workerData[1] = workerData[1] + 1;
  }
}
