// Worker threads: two count primes, while the main thread stays free for everything else.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { once } from 'node:events';

const isPrime = (n) => {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n > 1;
};

if (isMainThread) {
  const count = async (from, to) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { from, to } });
    const [primes] = await once(worker, 'message');
    return primes;
  };

  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const counts = await Promise.all([count(0, 100_000), count(100_000, 200_000)]);
  clearInterval(timer);
  console.log(`${counts.join(' + ')} = ${counts[0] + counts[1]} primes below 200000`);
  console.log('the main thread was', turns > 0 ? 'free' : 'busy');
} else {
  let primes = 0;
  for (let n = workerData.from; n < workerData.to; n++) if (isPrime(n)) primes++;
  parentPort.postMessage(primes);
}
