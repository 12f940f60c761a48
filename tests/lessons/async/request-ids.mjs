// AsyncLocalStorage: every request keeps its own id through awaits and timers, without handing it from call to call.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const context = new AsyncLocalStorage();
const log = (text) => console.log(`[${context.getStore()?.id ?? 'no request'}] ${text}`);

const loadUser = async (ms) => {
  log('asks the database');
  await sleep(ms);
  log('has the user');
};

const handle = (id, ms) =>
  context.run({ id }, async () => {
    log('begin');
    await loadUser(ms);
    log('end');
  });

await Promise.all([handle('request 1', 300), handle('request 2', 5)]);
log('done');
