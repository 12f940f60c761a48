// Workers share nothing: what one counts, another does not see. Messages to the primary put it together.
import cluster from 'node:cluster';
import { once } from 'node:events';

if (cluster.isPrimary) {
  const workers = ['a', 'b'].map((name) => cluster.fork({ WORKER_NAME: name }));
  await Promise.all(workers.map((worker) => once(worker, 'online')));

  let total = 0;
  for (const [i, visits] of [3, 4].entries()) {
    workers[i].send({ visits });
    const [{ name, counted }] = await once(workers[i], 'message');
    console.log(`worker ${name} counted ${counted}`);
    total += counted;
  }
  console.log('together', total);

  for (const worker of workers) {
    worker.send('stop');
    const [code, signal] = await once(worker, 'exit');
    console.log(`worker ${worker.id} ended:`, code, signal, 'voluntarily:', worker.exitedAfterDisconnect);
  }
} else {
  let counted = 0;
  process.on('message', (message) => {
    if (message === 'stop') return cluster.worker.disconnect();
    for (let n = 0; n < message.visits; n++) counted++;
    process.send({ name: process.env.WORKER_NAME, counted });
  });
}
