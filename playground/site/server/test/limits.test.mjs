// How often and how much.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunnerClient } from '@runner/client';
import { startDaemon } from '../../../testing/daemon.mjs';
import { eventually } from '../../../testing/eventually.mjs';
import { Caller, linesOf, startGateway } from '../../../testing/gateway.mjs';
import { makeApp } from '../app.mjs';
import { readSettings } from '../settings.mjs';

const token = 'a-token-of-sufficient-length';
let daemon;
before(async () => {
  daemon = await startDaemon();
});
after(() => daemon.stop());

async function withGateway(env, body) {
  const gateway = await startGateway({ address: daemon.address, env: { RUNNER_GATEWAY_TOKEN: token, ...env } });
  try {
    await body(gateway.url);
  } finally {
    assert.equal(await gateway.stop(), 0);
  }
}

const forever = 'setInterval(() => {}, 1000)';
const goingOn = async (url) => (await (await fetch(`${url}/healthz`)).json()).runs;

// A connection on which as many runs are asked for at once, and nothing is read.
function askAndNotRead(url, source, { times = 1, more = {} } = {}) {
  const { host, hostname, port } = new URL(url);
  const body = JSON.stringify({ files: [{ path: 'main.mjs', content: source }], ...more });
  const head = `POST /api/runs HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const socket = connect(Number(port), hostname).on('error', () => {}).pause();
  socket.write(`${head}${body}`.repeat(times));
  return socket;
}

async function assertLimited(response) {
  assert.equal(response.status, 429);
  const { error } = await response.json();
  assert.equal(error.code, 'RATE_LIMITED');
  assert.ok(error.retryAfterMs > 0 && error.retryAfterMs <= 60_000);
  assert.equal(Number(response.headers.get('retry-after')), Math.ceil(error.retryAfterMs / 1000));
}

test('a session that starts too many runs in a minute waits, and nobody else does', () =>
  withGateway({ RUNNER_GATEWAY_RUNS_PER_MINUTE: '3' }, async (url) => {
    const caller = new Caller(url);
    for (let i = 0; i < 3; ++i) await caller.runAll('');
    await assertLimited(await caller.run(''));
    assert.equal((await caller.get('/api/info')).status, 200, 'the page still works');
    assert.equal((await new Caller(url).runAll('')).at(-1).verdict, 'EXITED');
    const backend = new Caller(url, { authorization: `Bearer ${token}` });
    for (let i = 0; i < 5; ++i) assert.equal((await backend.runAll('')).at(-1).verdict, 'EXITED');
    const user = new Caller(url, { authorization: `Bearer ${token}`, 'x-runner-user': 'ada' });
    for (let i = 0; i < 3; ++i) await user.runAll('');
    await assertLimited(await user.run(''));
  }));

test('throwing the cookie away does not help for long: an address has a limit too', () =>
  withGateway({ RUNNER_GATEWAY_RUNS_PER_MINUTE_AND_ADDRESS: '4' }, async (url) => {
    for (let i = 0; i < 4; ++i) await new Caller(url).runAll('');
    await assertLimited(await new Caller(url).run(''));
    const backend = new Caller(url, { authorization: `Bearer ${token}` });
    assert.equal((await backend.runAll('')).at(-1).verdict, 'EXITED');
  }));

test('X-Forwarded-For is believed from a trusted proxy alone', async () => {
  const limit = { RUNNER_GATEWAY_RUNS_PER_MINUTE_AND_ADDRESS: '2' };
  const from = (url, address) => new Caller(url, { 'x-forwarded-for': address });
  await withGateway(limit, async (url) => {
    for (let i = 0; i < 2; ++i) await from(url, `192.0.2.${i}`).runAll('');
    await assertLimited(await from(url, '192.0.2.9').run(''));
  });
  await withGateway({ ...limit, RUNNER_GATEWAY_TRUSTED_PROXIES: '127.0.0.1' }, async (url) => {
    for (let i = 0; i < 4; ++i) await from(url, `192.0.2.${i}`).runAll('');
    for (let i = 0; i < 2; ++i) await from(url, '192.0.2.99').runAll('');
    await assertLimited(await from(url, '192.0.2.99').run(''));
    const secure = await fetch(`${url}/api/info`, { headers: { 'x-forwarded-proto': 'https' } });
    assert.match(secure.headers.get('set-cookie'), /; Secure/);
  });
});

test('a session has some runs at once, and the gateway has some altogether', () =>
  withGateway({ RUNNER_GATEWAY_RUNS_AT_ONCE: '2', RUNNER_GATEWAY_RUNS_ALTOGETHER: '3' }, async (url) => {
    const caller = new Caller(url);
    const first = linesOf(await caller.run(forever));
    const readers = [await caller.run(forever)];
    await assertLimited(await caller.run(''));
    const other = new Caller(url);
    readers.push(await other.run(forever));
    const refused = await other.run('');
    assert.equal(refused.status, 429);
    assert.equal((await refused.json()).error.code, 'RESOURCE_EXHAUSTED');
    // A place comes free with the end of a run, however it ends.
    const { id } = (await first.next()).value;
    await caller.delete(`/api/runs/${id}`);
    await Array.fromAsync(first);
    assert.equal((await caller.runAll('')).at(-1).verdict, 'EXITED');
    assert.equal((await other.run('{', { entry: 'nowhere' })).status, 400);
    assert.equal((await caller.runAll('')).at(-1).verdict, 'EXITED', 'and with a refusal');
    // Readers that go away.
    for (const response of readers) await response.body.cancel();
  }));

test('throwing the cookie away does not get all places: an address has some at once', () =>
  withGateway({ RUNNER_GATEWAY_RUNS_AT_ONCE_AND_ADDRESS: '2', RUNNER_GATEWAY_TRUSTED_PROXIES: '127.0.0.1' }, async (url) => {
    const readers = [await new Caller(url).run(forever), await new Caller(url).run(forever)];
    await assertLimited(await new Caller(url).run(''));
    assert.equal((await new Caller(url, { 'x-forwarded-for': '192.0.2.1' }).runAll('')).at(-1).verdict, 'EXITED', 'another');
    const backend = new Caller(url, { authorization: `Bearer ${token}`, 'x-runner-user': 'ada' });
    assert.equal((await backend.runAll('')).at(-1).verdict, 'EXITED', 'of a back end the address says nothing');
    await readers.pop().body.cancel();
    await eventually(async () => (await goingOn(url)) === 1);
    assert.equal((await new Caller(url).runAll('')).at(-1).verdict, 'EXITED', 'a place that comes free');
    for (const response of readers) await response.body.cancel();
  }));

test('a connection that breaks gives the places of all its runs back, those of responses behind the first too', () =>
  withGateway({}, async (url) => {
    const socket = askAndNotRead(url, forever, { times: 3 });
    await eventually(async () => (await goingOn(url)) === 3);
    socket.destroy();
    await eventually(async () => (await goingOn(url)) === 0, { timeoutMs: 3000 });
  }));

test('a response that nobody reads keeps its place for a time, and not for ever', async (t) => {
  const runner = { client: new RunnerClient({ address: daemon.address }) };
  const settings = { ...readSettings([], {}), logLevel: 'silent' };
  const app = await makeApp({ runner, page: '/nonexistent', lessons: Promise.resolve([]), settings, readerTimeoutMs: 3000 });
  t.after(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const source = 'import fs from "node:fs"; const text = "x".repeat(60_000); for (;;) fs.writeSync(1, text)';
  const socket = askAndNotRead(url, source, { more: { limits: { wallTimeMs: 1000, outputBytes: 64 << 20 } } });
  const closed = once(socket, 'close');
  await eventually(async () => (await goingOn(url)) === 1);
  await sleep(2000);
  assert.equal(await goingOn(url), 1, 'the program has ended, the end of its response can still be read');
  await eventually(async () => (await goingOn(url)) === 0, { timeoutMs: 4000 });
  socket.resume();
  await closed;
});
