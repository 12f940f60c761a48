// AsyncLocalStorage: every request keeps its own id through awaits and timers.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
const request = new AsyncLocalStorage();
const log = (text) => console.log(`[${request.getStore()}] ${text}`);
const handle = async (ms) => {
  log('begin');
  await sleep(ms);
  log('end');
};
await Promise.all([request.run('a', handle, 200), request.run('b', handle, 5)]);
