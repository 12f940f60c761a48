// What a page asks before it can offer anything.
import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, startDaemon } from '../../../testing/daemon.mjs';
import { eventually } from '../../../testing/eventually.mjs';
import { Caller, startGateway } from '../../../testing/gateway.mjs';
import { makeApp } from '../app.mjs';
import { readLessons } from '../catalogue.mjs';
import { readSettings } from '../settings.mjs';

// fetch() would ask for a fresh copy as soon as it is told of an old one.
const statusOf = (url, headers) =>
  new Promise((resolve, reject) => {
    get(url, { headers }, (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
const lessons = join(root, 'tests/lessons');

test('GET /api/info says what the runner offers', async (t) => {
  const daemon = await startDaemon();
  const gateway = await startGateway({ address: daemon.address });
  t.after(async () => (await gateway.stop(), daemon.stop()));
  const response = await fetch(`${gateway.url}/api/info`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const info = await response.json();
  assert.equal(info.enabled, true);
  assert.match(info.version, /^\d+\.\d+/);
  assert.equal(info.defaultImage, 'node-26');
  assert.equal(info.defaultPolicy, 'lesson');
  const image = info.images.find(({ name }) => name === 'node-26');
  assert.match(image.nodeVersion, /^26\./);
  assert.ok(image.packages.some((name) => name.startsWith('express@')));
  const { defaults, maximum, description } = info.policies.find(({ name }) => name === 'lesson');
  assert.ok(description);
  assert.deepEqual(defaults, {
    wallTimeMs: 10_000, cpuTimeMs: 5000, memoryBytes: 256 << 20, outputBytes: 1 << 20, threads: 64, workspaceBytes: 16 << 20,
  });
  assert.equal(maximum.wallTimeMs, 30_000);
});

test('GET /api/examples is the lesson pack', async (t) => {
  const gateway = await startGateway();
  t.after(() => gateway.stop());
  const response = await fetch(`${gateway.url}/api/examples`);
  assert.equal(response.status, 200);
  const examples = await response.json();
  const index = JSON.parse(await readFile(join(lessons, 'index.json'), 'utf8'));
  const expected = index.topics.flatMap(({ topic, lessons: list }) => list.map((lesson) => ({ topic, ...lesson })));
  assert.deepEqual(examples.map(({ id, topic, title }) => ({ id, topic, title })),
    expected.map(({ file, topic, title }) => ({ id: file, topic, title })));
  for (const [i, { id, entry, files }] of examples.entries()) {
    assert.ok(files.some(({ path }) => path === entry), `${id}: the entry ${entry} is among the files`);
    if (expected[i].entry) assert.equal(entry, expected[i].entry);
    for (const { path, content } of files) {
      const file = (await stat(join(lessons, id))).isDirectory() ? join(lessons, id, path) : join(lessons, id);
      assert.equal(content, await readFile(file, 'utf8'), `${id}: ${path}`);
    }
  }
  assert.equal(examples.find(({ id }) => id === 'scaling/fork.mjs').policy, 'cluster');
});

test('lessons that cannot be read are missing and logged, and the rest works', async (t) => {
  let log = '';
  const logStream = { write: (text) => void (log += text) };
  const app = await makeApp({
    runner: { disabled: new Error('not enabled') },
    page: join(root, 'playground/site/dist'),
    lessons: readLessons('/nonexistent'),
    settings: readSettings([], {}),
    logStream,
  });
  t.after(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(`${url}/api/examples`);
  assert.equal(response.status, 500);
  const text = await response.text();
  assert.equal(JSON.parse(text).error.code, 'INTERNAL');
  assert.doesNotMatch(text, /nonexistent/);
  assert.match(log, /the lessons cannot be read/);
  assert.match(log, /ENOENT.*\/nonexistent\/index\.json/);
  for (const path of ['/', '/healthz', '/api/info']) assert.equal((await fetch(url + path)).status, 200, path);
});

test('where running code is not enabled, the page is told so and how to enable it', async (t) => {
  const gateway = await startGateway({ enabled: false });
  t.after(() => gateway.stop());
  const caller = new Caller(gateway.url);
  const info = await caller.get('/api/info');
  assert.equal(info.status, 200);
  const { enabled, message } = await info.json();
  assert.equal(enabled, false);
  assert.match(message, /LEARNING_RUNNER_ENABLED=true npm run runner/);
  const run = await caller.run('');
  assert.equal(run.status, 503);
  assert.deepEqual(await run.json(), { error: { code: 'DISABLED', message } });
  assert.equal((await (await caller.get('/healthz')).json()).enabled, false);
});

test('a daemon that is down is 503 UNAVAILABLE, and one that comes back is found', async (t) => {
  let daemon = await startDaemon();
  const socket = `${daemon.address.slice('unix:'.length)}-again`;
  await daemon.stop();
  const gateway = await startGateway({ address: `unix:${socket}` });
  const caller = new Caller(gateway.url);
  const info = await caller.get('/api/info');
  assert.equal(info.status, 503);
  assert.equal((await info.json()).error.code, 'UNAVAILABLE');
  const run = await caller.run('');
  assert.equal(run.status, 503);
  assert.equal((await run.json()).error.code, 'UNAVAILABLE');
  const health = await (await caller.get('/healthz')).json();
  assert.deepEqual([health.status, health.daemons, health.serving], ['ok', 1, 0]);

  await mkdir(socket.slice(0, socket.lastIndexOf('/')), { mode: 0o711, recursive: true });
  daemon = await startDaemon({ socket });
  t.after(async () => (await gateway.stop(), daemon.stop()));
  await eventually(async () => (await caller.get('/api/info')).status === 200, { timeoutMs: 5000 });
  assert.equal((await caller.runAll('')).at(-1).verdict, 'EXITED');
});

test('the page is served with an ETag, and not a second time', async (t) => {
  const gateway = await startGateway();
  t.after(() => gateway.stop());
  for (const path of ['/', '/page.js', '/page.css']) {
    const response = await fetch(gateway.url + path);
    assert.equal(response.status, 200, path);
    assert.ok((await response.text()).length > 100);
    const etag = response.headers.get('etag');
    assert.ok(etag, path);
    assert.equal(await statusOf(gateway.url + path, { 'if-none-match': etag }), 304, path);
  }
  assert.ok((await readdir(join(root, 'playground/site/dist'))).includes('index.html'));
});
