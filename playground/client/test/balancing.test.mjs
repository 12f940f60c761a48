// Several daemons: in turn, without those that are down, elsewhere when one refuses.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RunnerClient } from '../dist/index.js';
import { startDaemon } from '../../testing/daemon.mjs';
import { eventually } from '../../testing/eventually.mjs';

let daemons;
before(async () => {
  // One that can be found by name, too: a port is free, or the daemon says that it is not.
  const port = 20_000 + (process.pid % 20_000);
  daemons = [await startDaemon({ port }), await startDaemon({ config: 'max_running: 1\nmax_queued: 0' })];
});
after(() => Promise.all(daemons.map((daemon) => daemon.stop())));

const addresses = () => daemons.map(({ address }) => address).join(',');
const runsOf = async (address) => {
  const client = new RunnerClient({ address });
  const { pool } = await client.serverInfo();
  client.close();
  return pool.runsTotal;
};
const both = () => Promise.all(daemons.map(({ address }) => runsOf(address)));

test('runs go to the daemons in turn', async () => {
  const client = new RunnerClient({ address: addresses() });
  assert.deepEqual(client.daemons.map(({ address }) => address), daemons.map(({ address }) => address));
  const before = await both();
  for (let i = 0; i < 6; ++i) await client.run('').output();
  const now = await both();
  assert.deepEqual(now.map((runs, i) => runs - before[i]), [3, 3]);
  client.close();
});

test('what one refuses another takes at once', async () => {
  const client = new RunnerClient({ address: addresses(), retry: { maxWaitMs: 0 } });
  const only = new RunnerClient({ address: daemons[1].address });
  const busy = only.run('setInterval(() => {}, 1000)');
  const output = busy.output();
  await eventually(async () => (await only.serverInfo()).pool.running === 1);
  for (let i = 0; i < 4; ++i) assert.equal((await client.run('').output()).result.exitCode, 0);
  await busy.cancel();
  await output;
  client.close();
  only.close();
});

test('one that is down costs nobody a run, and has its turn again when it is back', async () => {
  const socket = `${daemons[0].address.slice('unix:'.length)}-2`;
  const address = `unix:${socket}`;
  let third = await startDaemon({ socket });
  const client = new RunnerClient({ address: [daemons[0].address, address], retry: { maxWaitMs: 0 } });
  for (let i = 0; i < 2; ++i) await client.run('').output();
  await third.kill();
  for (let i = 0; i < 6; ++i) assert.equal((await client.run('').output()).result.exitCode, 0);
  const health = await client.health();
  assert.deepEqual(health.map(({ status }) => status), ['SERVING', 'UNREACHABLE']);
  third = await startDaemon({ socket });
  await eventually(async () => (await client.run('').output(), (await runsOf(address)) > 0));
  client.close();
  await third.stop();
});

test('a dns:/// name works as an address', async () => {
  const client = new RunnerClient({ address: `dns:///localhost:${daemons[0].port}` });
  const { stdout } = await client.run('console.log("by name")').output();
  assert.equal(stdout.toString(), 'by name\n');
  client.close();
});
