// Two processes serve one port. The primary hands connections to each in turn, and starts another when one dies.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:http';

if (cluster.isWorker) {
  createServer((request, response) => {
    if (request.url === '/crash') process.exit(70);
    response.setHeader('connection', 'close').end(`worker ${cluster.worker.id}`);
  }).listen(0, '127.0.0.1');
} else {
  const start = async () => {
    const worker = cluster.fork();
    const [{ port }] = await once(worker, 'listening');
    console.log(`worker ${worker.id} listens`);
    return port;
  };
  const port = await start();
  console.log('one port for all:', (await start()) === port);

  const get = async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const answers = [];
  for (let n = 0; n < 6; n++) answers.push(await get('/'));
  for (const name of [...new Set(answers)].sort()) {
    console.log(name, 'answered', answers.filter((answer) => answer === name).length);
  }

  const exit = once(cluster, 'exit');
  await get('/crash').catch(() => console.log('the request is lost'));
  const [, code] = await exit;
  console.log('a worker ended with', code);
  await start();
  console.log('still served:', (await get('/')).startsWith('worker'));
  cluster.disconnect(() => console.log('all workers are gone'));
}
