import { Worker } from 'node:worker_threads';
let started = 0;
for (let i = 0; i < 10000; ++i) {
  try {
    const worker = new Worker('setTimeout(() => {}, 60000)', { eval: true, resourceLimits: { maxOldGenerationSizeMb: 2 } });
    worker.on('error', (error) => {
      console.log(error.code, 'after', started < 100);
      process.exit(0);
    });
    await new Promise((resolve) => worker.once('online', () => resolve(++started)));
  } catch (error) {
    console.log(error.code, 'after', started < 100);
    process.exit(0);
  }
}
