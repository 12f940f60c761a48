// policy: cluster
// A worker that serves, and a primary that asks it and sees it end.
import cluster from 'node:cluster';
import { createServer } from 'node:http';
if (cluster.isPrimary) {
  cluster.on('exit', (worker, code, signal) => console.log('a worker ended with', code, signal));
  cluster.on('listening', async (worker, { port }) => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
    console.log(answer.status, await answer.text());
    cluster.disconnect();
  });
  cluster.fork({ GREETING: 'hello from a worker' });
} else {
  createServer((request, response) => response.end(process.env.GREETING)).listen(0, '127.0.0.1');
}
