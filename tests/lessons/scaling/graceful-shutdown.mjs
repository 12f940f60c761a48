// SIGTERM says "please end": take no new work, finish what is under way, close what is open, then leave with code 0.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const database = { close: async () => console.log('3 no request is left, the database is closed') };

const started = Promise.withResolvers();
const server = createServer(async (request, response) => {
  started.resolve();
  await sleep(500);
  response.end('the answer');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/`;

process.once('SIGTERM', async (signal) => {
  console.log(`1 ${signal}: no new connections`);
  const deadline = setTimeout(() => process.exit(1), 8000).unref(); // somebody will send SIGKILL
  const closed = once(server, 'close');
  server.close();
  await fetch(url).catch(({ cause }) => console.log('  a new request:', cause.code));
  console.log('2 waiting for the request that is under way');
  await closed;
  await database.close();
  clearTimeout(deadline);
});

const response = fetch(url, { headers: { connection: 'close' } });
await started.promise;
process.kill(process.pid, 'SIGTERM'); // as an orchestrator would

const answer = await (await response).text();
process.on('exit', (code) => console.log(`4 the client got ${answer}, exit code ${code}`));
