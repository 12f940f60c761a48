// When the service refuses, is busy, is not there, or goes away in the middle.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { BusyError, InvalidRequestError, RunnerClient, UnavailableError } from '../dist/index.js';
import { startDaemon } from '../../testing/daemon.mjs';

const quick = { retry: { maxWaitMs: 0 } };
const forever = 'console.log("on"); setInterval(() => {}, 1000)';
const started = async (run) => {
  const events = run[Symbol.asyncIterator]();
  for (;;) if ((await events.next()).value.type === 'stdout') return events;
};

test('a wrong request is an error with every field, its value and the range', async (t) => {
  const daemon = await startDaemon();
  const client = new RunnerClient({ address: daemon.address });
  t.after(() => (client.close(), daemon.stop()));
  const run = client.run([{ path: '../up.js', content: '' }], { limits: { wallTimeMs: 3_600_000 }, env: { LD_PRELOAD: 'x' } });
  await assert.rejects(run.output(), (error) => {
    assert.ok(error instanceof InvalidRequestError);
    const fields = error.violations.map(({ field }) => field);
    assert.deepEqual(fields.sort(), ['env["LD_PRELOAD"]', 'files[0].path', 'limits.wall_time']);
    assert.match(error.message, /3600 s is outside \[1 ms, 30 s\]/);
    return true;
  });
  await assert.rejects(client.run([{ path: 'a\ud800.js', content: '' }]).output(), (error) => {
    assert.equal(error.violations[0].field, 'files[0].path', 'as in RunRequest, without "start."');
    return true;
  });
  assert.throws(() => client.run('', { limits: { wallTime: 5 } }), /no field 'wallTime'/, 'a slip of the pen is not a default');
  assert.throws(() => client.run('', { limits: { wallTimeMs: Number.NaN } }), TypeError);
});

test('a full daemon is a BusyError at once where there is no patience, and waited for where there is', async (t) => {
  const daemon = await startDaemon({ config: 'max_running: 1\nmax_queued: 0' });
  const client = new RunnerClient({ address: daemon.address });
  t.after(() => (client.close(), daemon.stop()));
  const busy = client.run(forever);
  await started(busy);
  await assert.rejects(client.run('', quick).output(), (error) => {
    assert.ok(error instanceof BusyError);
    assert.equal(error.subject, 'queue');
    assert.ok(error.retryDelayMs >= 100, `RetryInfo says ${error.retryDelayMs} ms`);
    return true;
  });
  // Its place comes free while the next one waits for another try.
  const begun = performance.now();
  setTimeout(() => busy.cancel(), 300);
  const { result } = await client.run('', { retry: { maxWaitMs: 60_000, maxRounds: 50 } }).output();
  assert.equal(result.exitCode, 0);
  assert.ok(performance.now() - begun > 300);
});

test('a run that waits for its next try can be aborted and cancelled', async (t) => {
  const daemon = await startDaemon({ config: 'max_running: 1\nmax_queued: 0' });
  const client = new RunnerClient({ address: daemon.address });
  t.after(() => (client.close(), daemon.stop()));
  const busy = client.run(forever);
  await started(busy);
  const patience = { retry: { maxWaitMs: 60_000, maxRounds: 50 } };
  await assert.rejects(client.run('', { ...patience, signal: AbortSignal.timeout(300) }).output(), { name: 'TimeoutError' });
  const run = client.run('', patience);
  const output = assert.rejects(run.output(), { code: 'CANCELLED' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await run.cancel();
  await output;
  await busy.cancel();
});

test('a run that is cancelled while one daemon fails is not started by the next', async (t) => {
  const daemon = await startDaemon();
  const client = new RunnerClient({ address: ['unix:/nonexistent/socket', daemon.address] });
  t.after(() => (client.close(), daemon.stop()));
  const run = client.run('');
  await run.cancel();
  await assert.rejects(run.output(), { name: 'RunnerError', code: 'CANCELLED' });
  assert.doesNotMatch(daemon.log, new RegExp(run.id));
  const next = client.run('');
  await next.output();
  assert.match(daemon.log, new RegExp(next.id), 'whose log names the runs that it had');
});

test('a run in the queue says so, and can be cancelled there', async (t) => {
  const daemon = await startDaemon({ config: 'max_running: 1' });
  const client = new RunnerClient({ address: daemon.address });
  t.after(() => (client.close(), daemon.stop()));
  const busy = client.run(forever);
  await started(busy);
  const run = client.run('');
  const types = [];
  for await (const event of run) {
    types.push(event.type);
    if (event.type === 'queued') {
      assert.equal(event.position, 0);
      await run.cancel();
    }
    if (event.type === 'result') assert.equal(event.result.verdict, 'CANCELLED');
  }
  assert.deepEqual(types, ['queued', 'result']);
  await busy.cancel();
});

test('a daemon that is told to stop the moment it is ready ends as cleanly as any', async () => {
  for (let i = 0; i < 5; ++i) await (await startDaemon()).stop();
});

test('nobody there is an UnavailableError within a moment', async () => {
  const client = new RunnerClient({ address: 'unix:/nonexistent/socket' });
  const begun = performance.now();
  await assert.rejects(client.run('', quick).output(), (error) => error instanceof UnavailableError);
  await assert.rejects(client.serverInfo(quick), (error) => error instanceof UnavailableError);
  assert.ok(performance.now() - begun < 2000);
  assert.deepEqual(await client.health(), [{ address: 'unix:/nonexistent/socket', status: 'UNREACHABLE' }]);
  client.close();
});

test('a daemon that comes up in time is found', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'runner-playground-test.'));
  await chmod(directory, 0o711);
  const socket = join(directory, 'socket');
  const client = new RunnerClient({ address: `unix:${socket}` });
  const output = client.run('console.log("up")', { retry: { maxWaitMs: 30_000, maxRounds: 20 } }).output();
  const daemon = await startDaemon({ socket });
  t.after(async () => {
    client.close();
    await daemon.stop();
    await rm(directory, { recursive: true });
  });
  assert.equal((await output).stdout.toString(), 'up\n');
});

test('a daemon that dies after output is an error, and the run is not repeated behind the reader', async () => {
  const daemon = await startDaemon();
  const other = await startDaemon();
  const client = new RunnerClient({ address: [daemon.address, other.address] });
  const lines = [];
  await assert.rejects(
    async () => {
      for await (const event of client.run(forever)) {
        if (event.type !== 'stdout') continue;
        lines.push(event.data.toString());
        await daemon.kill();
      }
    },
    (error) => error instanceof UnavailableError,
  );
  assert.deepEqual(lines, ['on\n']);
  client.close();
  await other.stop();
});

test('a daemon that stops ends its runs as CANCELLED, and says UNAVAILABLE to the next', async () => {
  const daemon = await startDaemon();
  const client = new RunnerClient({ address: daemon.address });
  const run = client.run(forever);
  const events = await started(run);
  const stopped = daemon.stop();
  const { value } = await events.next();
  assert.equal(value.result.verdict, 'CANCELLED');
  await stopped;
  await assert.rejects(client.run('', quick).output(), { code: 'UNAVAILABLE' });
  client.close();
});
