// What a run gives: events as they come, a result, files; and how it is ended early.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunnerClient, RunnerError } from '../dist/index.js';
import { startDaemon } from '../../testing/daemon.mjs';
import { eventually } from '../../testing/eventually.mjs';

let daemon;
let client;
before(async () => {
  daemon = await startDaemon();
  client = new RunnerClient({ address: daemon.address });
});
after(async () => {
  client.close();
  await daemon.stop();
});

const runningNow = async () => (await client.serverInfo()).pool.running;
const forever = 'console.log("on"); setInterval(() => {}, 1000)';

test('output arrives while the program runs, and the result is the last event', async () => {
  const arrived = [];
  const types = [];
  for await (const event of client.run('console.log("one"); setTimeout(() => console.log("two"), 600)')) {
    types.push(event.type);
    if (event.type === 'stdout') arrived.push({ text: event.data.toString(), at: performance.now(), offset: event.offsetMs });
  }
  assert.deepEqual(types, ['started', 'stdout', 'stdout', 'result']);
  assert.deepEqual(arrived.map(({ text }) => text), ['one\n', 'two\n']);
  assert.ok(arrived[1].at - arrived[0].at > 400, 'the first line did not wait for the second');
  assert.ok(arrived[1].offset - arrived[0].offset > 400, 'offsets are times of the program');
});

test('a result says how the program ended and what it cost', async () => {
  const { stdout, stderr, result } = await client
    .run('console.log("out"); console.error("err"); process.exitCode = 3', { runId: 'of-my-own', image: 'node-24' })
    .output();
  assert.equal(stdout.toString(), 'out\n');
  assert.equal(stderr.toString(), 'err\n');
  assert.equal(result.verdict, 'EXITED');
  assert.equal(result.exitCode, 3);
  assert.equal('signal' in result, false);
  assert.equal(result.runId, 'of-my-own');
  assert.equal(result.image, 'node-24');
  assert.ok(result.usage.wallTimeMs > 0 && result.usage.cpuTimeMs > 0);
  assert.ok(result.usage.memoryPeakBytes > 1 << 20);
  assert.equal(result.usage.stdoutBytes, 4);
  assert.ok(result.protections.includes('seccomp'));
});

test('a limit that ended the program is in the result', async () => {
  const result = await client.run('for (;;);', { limits: { cpuTimeMs: 200 } }).result;
  assert.equal(result.verdict, 'CPU_TIME_LIMIT');
  assert.deepEqual({ ...result.limit, observed: 0 }, { name: 'cpu_time', unit: 'ms', allowed: 200, observed: 0 });
  assert.ok(result.limit.observed >= 200);
});

test('files, entry, arguments, environment and standard input reach the program', async () => {
  const program = {
    'lib/greet.mjs': 'export const greet = (name) => `hello ${name}`;',
    'app.mjs': `import { greet } from './lib/greet.mjs';
      import { readFileSync } from 'node:fs';
      console.log(greet(process.argv[2]), process.env.COLOUR, readFileSync('/dev/stdin', 'utf8'), readFileSync('data.bin')[0]);`,
    'data.bin': Uint8Array.of(200),
  };
  const options = { entry: 'app.mjs', args: ['Ada'], env: { COLOUR: 'blue' }, stdin: 'from stdin' };
  const { stdout } = await client.run(program, options).output();
  assert.equal(stdout.toString(), 'hello Ada blue from stdin 200\n');
});

test('one source is main.mjs, or what entry calls it', async () => {
  const name = async (source, options) => (await client.run(source, options).output()).stdout.toString().trim();
  assert.equal(await name('console.log(import.meta.filename)'), '/workspace/main.mjs');
  assert.equal(await name('console.log(__filename as string)', { entry: 'a.cts' }), '/workspace/a.cts');
});

test('collected files come back whole, however large, and with their mode', async () => {
  const source = `import { writeFileSync, mkdirSync, chmodSync, symlinkSync } from 'node:fs';
    mkdirSync('out'); writeFileSync('out/big.bin', Buffer.alloc(300_000, 7)); writeFileSync('out/empty', '');
    chmodSync('out/empty', 0o600); symlinkSync('empty', 'out/link');`;
  const { files, result } = await client.run(source, { collect: ['out/**', '*.none'] }).output();
  assert.deepEqual(files.map(({ path, size, mode }) => [path, size, mode & 0o777]).sort(), [
    ['out/big.bin', 300_000, files.find((file) => file.path === 'out/big.bin').mode],
    ['out/empty', 0, 0o600],
  ]);
  assert.ok(files.find((file) => file.size > 0).content.equals(Buffer.alloc(300_000, 7)));
  assert.deepEqual(result.collected.refused, [{ path: 'out/link', reason: 'is a symbolic link' }]);
  assert.deepEqual(result.collected.unmatched, ['*.none']);
});

test('with trace the result has the phases, and a cold start can be asked for', async () => {
  const result = await client.run('', { trace: true, start: 'START_KIND_COLD' }).result;
  assert.equal(result.start, 'START_KIND_COLD');
  assert.ok(result.phases.map(({ name }) => name).includes('started'));
  assert.ok(result.phases.every(({ atMs }) => atMs >= 0));
});

test('awaiting the result alone drops the output, and a run is read once', async () => {
  const run = client.run('process.stdout.write("x".repeat(500_000))');
  assert.equal((await run.result).usage.stdoutBytes, 500_000);
  assert.throws(() => run[Symbol.asyncIterator](), TypeError);
});

test('the promise of the result can be asked for before the events are read', async () => {
  const run = client.run('console.log(1)');
  const promise = run.result;
  let text = '';
  for await (const event of run) if (event.type === 'stdout') text += event.data;
  assert.equal(text, '1\n');
  assert.equal((await promise).verdict, 'EXITED');
});

test('a reader that does not read stops the program, and what it wrote is not kept here', async () => {
  // Node writes to a pipe synchronously: it ends when all is taken.
  const size = 48 << 20;
  const run = client.run(`process.stdout.write(Buffer.alloc(${size}, 120))`, { limits: { outputBytes: size } });
  const events = run[Symbol.asyncIterator]();
  const before = process.memoryUsage().arrayBuffers;
  while ((await events.next()).value.type !== 'stdout');
  await sleep(1000);
  assert.ok(process.memoryUsage().arrayBuffers - before < 16 << 20, 'nothing piles up');
  let last;
  for (let next = await events.next(); !next.done; next = await events.next()) last = next.value;
  assert.equal(last.result.usage.stdoutBytes, size);
  assert.ok(last.result.usage.wallTimeMs > 900, `the program waited: ${last.result.usage.wallTimeMs} ms`);
});

test('leaving the loop kills the run', async () => {
  const run = client.run(forever);
  for await (const event of run) if (event.type === 'stdout') break;
  await eventually(async () => (await runningNow()) === 0, { timeoutMs: 3000 });
  await assert.rejects(run.result, { code: 'CANCELLED' });
});

test('aborting the signal kills the run, and whoever waits gets the reason', async () => {
  const reason = new Error('the page was closed');
  const aborter = new AbortController();
  const run = client.run(forever, { signal: aborter.signal });
  await assert.rejects(async () => {
    for await (const event of run) if (event.type === 'stdout') aborter.abort(reason);
  }, reason);
  await assert.rejects(run.result, reason);
  await eventually(async () => (await runningNow()) === 0, { timeoutMs: 3000 });
});

test('a signal that is aborted already starts nothing', async () => {
  const { pool } = await client.serverInfo();
  await assert.rejects(client.run(forever, { signal: AbortSignal.abort() }).output(), { name: 'AbortError' });
  assert.equal((await client.serverInfo()).pool.runsTotal, pool.runsTotal);
});

test('cancel() kills the run, and the result still comes', async () => {
  const run = client.run(forever);
  const types = [];
  let result;
  for await (const event of run) {
    types.push(event.type);
    if (event.type === 'stdout') await run.cancel();
    if (event.type === 'result') result = event.result;
  }
  assert.deepEqual(types, ['started', 'stdout', 'result']);
  assert.equal(result.verdict, 'CANCELLED');
  await run.cancel(); // of a run that is over: nothing
});

test('a deadline ends the call with DEADLINE_EXCEEDED', async () => {
  await assert.rejects(client.run(forever, { timeoutMs: 500 }).output(), (error) => {
    assert.ok(error instanceof RunnerError);
    assert.equal(error.code, 'DEADLINE_EXCEEDED');
    return true;
  });
});

test('serverInfo and health say what there is', async () => {
  const info = await client.serverInfo();
  assert.match(info.version, /^\d+\.\d+\.\d+/);
  assert.deepEqual(info.images.map(({ name }) => name).sort(), ['node-22', 'node-24', 'node-26']);
  assert.equal(info.policies.find(({ name }) => name === 'lesson').defaultLimits.wallTimeMs, 10_000);
  assert.ok(info.uptimeMs > 0);
  assert.deepEqual(await client.health(), [{ address: daemon.address, status: 'SERVING' }]);
});
