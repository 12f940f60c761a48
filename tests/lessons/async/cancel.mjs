// An AbortController stops what is under way: timers, requests, streams, and functions of your own.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

// A server that takes the request and never answers.
const server = createServer(() => {}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/`;

const controller = new AbortController();
const request = fetch(url, { signal: controller.signal });
controller.abort();
await request.catch(({ name }) => console.log('fetch:', name));

await fetch(url, { signal: AbortSignal.timeout(50) }).catch(({ name }) => console.log('fetch:', name));

const nap = sleep(60_000, 'slept', { signal: AbortSignal.timeout(20) });
console.log('sleep:', await nap.catch(({ code, cause }) => `${code}, because of a ${cause.name}`));

const search = async (items, { signal }) => {
  for (const item of items) {
    signal.throwIfAborted();
    await sleep(1);
    if (item === 3) controller2.abort(new Error('that is enough'));
  }
};
const controller2 = new AbortController();
await search([1, 2, 3, 4, 5], controller2).catch(({ message }) => console.log('search:', message));

server.closeAllConnections();
server.close();
