import cluster from 'node:cluster';
import http from 'node:http';

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()];
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('listening', resolve))));
  const answers = new Set();
  // A connection of its own for each, so that each is dealt to the next worker.
  const headers = { connection: 'close' };
  for (let i = 0; i < 20 && answers.size < 2; i++) answers.add(await (await fetch('http://127.0.0.1:8000/', { headers })).text());
  console.log('answers from', answers.size, 'workers');
  for (const worker of workers) worker.kill();
} else {
  http.createServer((request, response) => response.end(String(process.pid))).listen(8000, '127.0.0.1');
}
