// Primes counted by two threads.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
const isPrime = (n) => {
  for (let d = 2; d * d <= n; ++d) if (n % d === 0) return false;
  return n > 1;
};
if (isMainThread) {
  const count = (from, to) =>
    new Promise((resolve) => new Worker(fileURLToPath(import.meta.url), { workerData: { from, to } }).once('message', resolve));
  const counts = await Promise.all([count(0, 10000), count(10000, 20000)]);
  console.log(counts, counts[0] + counts[1]);
} else {
  let primes = 0;
  for (let n = workerData.from; n < workerData.to; ++n) if (isPrime(n)) ++primes;
  parentPort.postMessage(primes);
}
