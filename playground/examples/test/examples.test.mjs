// The examples of other languages, against the real thing.
import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RunnerClient } from '@runner/client';
import { startDaemon } from '../../testing/daemon.mjs';
import { eventually } from '../../testing/eventually.mjs';
import { Caller, linesOf, startGateway, textOf } from '../../testing/gateway.mjs';

const examples = fileURLToPath(new URL('..', import.meta.url));
const token = 'a-token-of-sufficient-length';
let daemon;
let gateway;
let php;
let directory;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'runner-playground-test.'));
  daemon = await startDaemon();
  gateway = await startGateway({ address: daemon.address, env: { RUNNER_GATEWAY_TOKEN: token, RUNNER_GATEWAY_RUNS_PER_MINUTE: '4' } });
  php = await startPhp({ RUNNER_GATEWAY: gateway.url, RUNNER_GATEWAY_TOKEN: token });
  const generated = spawnSync(join(examples, 'python/generate'), [join(directory, 'python')], { encoding: 'utf8' });
  assert.equal(generated.status, 0, generated.stderr);
});
after(async () => {
  await php.stop();
  assert.equal(await gateway.stop(), 0);
  await daemon.stop();
  await rm(directory, { recursive: true });
});

async function startPhp(env) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  const argv = ['-S', `127.0.0.1:${port}`, join(examples, 'php/public/index.php')];
  const child = spawn('/usr/bin/php', argv, {
    env: { ...process.env, PHP_CLI_SERVER_WORKERS: '3', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true, // a group, with its workers
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const url = `http://127.0.0.1:${port}`;
  await eventually(() => fetch(url).then(() => true, () => false), { say: `php: ${log}` });
  return {
    url,
    get log() {
      return log;
    },
    stop: () => (process.kill(-child.pid, 'SIGTERM'), once(child, 'close')),
  };
}

const learner = (name) => new Caller(php.url, { cookie: `site_user=${name}` });
const post = (name, code) => learner(name).post('/run', { code }, { headers: { cookie: `site_user=${name}` } });

test('PHP: a controller passes a run on as it comes', async () => {
  const response = await post('ada', 'console.log("é 1"); setTimeout(() => { console.log(2); process.exitCode = 3; }, 1000)');
  assert.equal(response.status, 200, php.log);
  assert.match(response.headers.get('content-type'), /^application\/x-ndjson/);
  const at = [];
  const lines = [];
  for await (const line of linesOf(response)) {
    lines.push(line);
    if (line.event === 'stdout') at.push(performance.now());
  }
  assert.equal(textOf(lines), 'é 1\n2\n');
  assert.ok(at[1] - at[0] > 700, `${at[1] - at[0]} ms between two lines that are 1000 ms apart`);
  assert.deepEqual([lines.at(-1).verdict, lines.at(-1).exit_code, lines.at(-1).policy], ['EXITED', 3, 'lesson']);
});

test('PHP: a refusal is answered with its status and its reason', async () => {
  assert.equal((await post('bob', 5)).status, 400);
  for (let i = 0; i < 4; ++i) assert.equal((await Array.fromAsync(linesOf(await post('eve', '')))).at(-1).verdict, 'EXITED');
  const limited = await post('eve', '');
  assert.equal(limited.status, 429);
  const { error } = await limited.json();
  assert.equal(error.code, 'RATE_LIMITED');
  assert.ok(error.retryAfterMs > 0);
  assert.equal((await post('mallory', '')).status, 200, 'of one user, not of the site');
});

test('PHP: the wrong token, and a gateway that is not there, are told', async () => {
  for (const [env, status, code] of [
    [{ RUNNER_GATEWAY: gateway.url, RUNNER_GATEWAY_TOKEN: 'another-token-altogether' }, 401, 'UNAUTHENTICATED'],
    [{ RUNNER_GATEWAY: 'http://127.0.0.1:9', RUNNER_GATEWAY_TOKEN: token }, 503, 'UNAVAILABLE'],
  ]) {
    const site = await startPhp(env);
    const response = await new Caller(site.url).post('/run', { code: '' });
    assert.equal(response.status, status);
    assert.equal((await response.json()).error.code, code);
    await site.stop();
  }
});

test('PHP: a browser that goes away ends the run', async () => {
  const aborter = new AbortController();
  const response = await fetch(`${php.url}/run`, {
    method: 'POST',
    body: JSON.stringify({ code: 'setInterval(() => console.log("tick"), 50)' }),
    headers: { 'content-type': 'application/json', cookie: 'site_user=grace' },
    signal: aborter.signal,
  });
  for await (const { event } of linesOf(response)) if (event === 'stdout') break;
  const client = new RunnerClient({ address: daemon.address });
  assert.equal((await client.serverInfo()).pool.running, 1);
  aborter.abort();
  // Well before the limit of 5 s.
  await eventually(async () => (await client.serverInfo()).pool.running === 0, { timeoutMs: 2000 });
  client.close();
});

test('PHP: what the runner offers', async () => {
  const info = await (await fetch(`${php.url}/info`)).json();
  assert.equal(info.defaultImage, 'node-26');
});

async function python(source, args = [], env = {}) {
  await writeFile(join(directory, 'main.mjs'), source);
  const argv = [join(examples, 'python/run.py'), ...args, join(directory, 'main.mjs'), 'an argument'];
  const environment = { ...process.env, RUNNER_ADDRESS: daemon.address, PYTHONPATH: join(directory, 'python'), ...env };
  return new Promise((resolve) => {
    execFile('/usr/bin/python3', argv, { env: environment }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });
}

test('Python: a program runs, and its exit code is the exit code', async () => {
  const { code, stdout, stderr } = await python('console.log("é", process.argv[2]); console.error("no"); process.exitCode = 3');
  assert.deepEqual([code, stdout, stderr], [3, 'é an argument\n', 'no\n']);
});

test('Python: a limit and a wrong request are told', async () => {
  const limited = await python('setInterval(() => {}, 9)', ['--wall-time', '0.3']);
  assert.equal(limited.code, 124);
  assert.match(limited.stderr, /^WALL_TIME_LIMIT: /);
  const wrong = await python('', ['--wall-time', '3600']);
  assert.equal(wrong.code, 64);
  assert.match(wrong.stderr, /INVALID_ARGUMENT: .*\n {2}limits\.wall_time: 3600 s is outside/);
});

test('Python: a service that is not there, and one that is busy for a while', async () => {
  const begun = performance.now();
  const nobody = await python('', ['--address', 'unix:/nonexistent/socket', '--patience', '1']);
  assert.equal(nobody.code, 69);
  assert.match(nobody.stderr, /^UNAVAILABLE: /);
  assert.ok(performance.now() - begun > 700, 'it has been tried again');

  const small = await startDaemon({ config: 'max_running: 1\nmax_queued: 0' });
  const client = new RunnerClient({ address: small.address });
  const busy = client.run('setTimeout(() => {}, 1000)');
  const output = busy.output();
  await eventually(async () => (await client.serverInfo()).pool.running === 1);
  assert.equal((await python('console.log("in the end")', [], { RUNNER_ADDRESS: small.address })).stdout, 'in the end\n');
  await output;
  client.close();
  await small.stop();
});
