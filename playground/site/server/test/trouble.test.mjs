// A full daemon, one that dies, a gateway that stops; and what it is told wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../../../testing/daemon.mjs';
import { Caller, linesOf, startGateway } from '../../../testing/gateway.mjs';

const forever = 'console.log("on"); setInterval(() => {}, 1000)';
const started = async (caller, source = forever) => {
  const lines = linesOf(await caller.run(source));
  const { value } = await lines.next();
  for (;;) if ((await lines.next()).value.event === 'stdout') return { id: value.id, lines };
};

test('a full daemon is 429 with the time to wait, a place in the queue an event', async () => {
  const daemon = await startDaemon({ config: 'max_running: 1\nmax_queued: 1' });
  const gateway = await startGateway({ address: daemon.address });
  const caller = new Caller(gateway.url);
  const first = await started(caller);
  const queued = linesOf(await caller.run(''));
  assert.equal((await queued.next()).value.event, 'run');
  assert.deepEqual((await queued.next()).value, { event: 'queued', position: 0 });
  const refused = await caller.run('');
  assert.equal(refused.status, 429);
  const { error } = await refused.json();
  assert.equal(error.code, 'RESOURCE_EXHAUSTED');
  assert.ok(error.retryAfterMs > 0);
  assert.equal(Number(refused.headers.get('retry-after')), Math.ceil(error.retryAfterMs / 1000));
  await caller.delete(`/api/runs/${first.id}`);
  assert.equal((await Array.fromAsync(queued)).at(-1).verdict, 'EXITED');
  assert.equal(await gateway.stop(), 0);
  await daemon.stop();
});

test('a daemon that dies in the middle is a last line that says so', async () => {
  const daemon = await startDaemon();
  const gateway = await startGateway({ address: daemon.address });
  const { lines } = await started(new Caller(gateway.url));
  await daemon.kill();
  const rest = await Array.fromAsync(lines);
  assert.equal(rest.at(-1).event, 'error');
  assert.equal(rest.at(-1).error.code, 'UNAVAILABLE');
  assert.equal(await gateway.stop(), 0);
});

test('SIGTERM: a short run ends as it would have, one that does not end is cancelled, and the gateway ends with 0', async () => {
  const daemon = await startDaemon();
  const gateway = await startGateway({ address: daemon.address });
  const short = await started(new Caller(gateway.url), 'console.log("on"); setTimeout(() => console.log("done"), 1000)');
  const endless = await started(new Caller(gateway.url), 'console.log("on"); setInterval(() => {}, 1000)');
  const begun = performance.now();
  const stopped = gateway.stop();
  const [done, cancelled] = await Promise.all([Array.fromAsync(short.lines), Array.fromAsync(endless.lines)]);
  assert.equal(done.at(-1).verdict, 'EXITED');
  assert.equal(cancelled.at(-1).verdict, 'CANCELLED');
  assert.equal(await stopped, 0);
  assert.ok(performance.now() - begun < 9000, 'kept connections do not hold it');
  await assert.rejects(fetch(gateway.url));
  await daemon.stop();
});

test('a second signal ends it at once', async () => {
  const daemon = await startDaemon();
  const gateway = await startGateway({ address: daemon.address });
  const { lines } = await started(new Caller(gateway.url));
  const begun = performance.now();
  gateway.kill('SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 200));
  gateway.kill('SIGINT');
  assert.equal(await gateway.ended, 130);
  assert.ok(performance.now() - begun < 2000);
  await Array.fromAsync(lines).catch(() => {});
  await daemon.stop();
});

test('wrong settings are told by name, with exit code 64', async () => {
  for (const [options, said] of [
    [{ listen: 'nonsense' }, /--listen: 'nonsense' is not HOST:PORT/],
    [{ listen: '127.0.0.1:70000' }, /--listen/],
    [{ env: { RUNNER_GATEWAY_TOKEN: 'short' } }, /RUNNER_GATEWAY_TOKEN needs at least 16 characters/],
    [{ env: { RUNNER_GATEWAY_RUNS_AT_ONCE: '0' } }, /RUNNER_GATEWAY_RUNS_AT_ONCE: '0' is not a number in \[1, 1024\]/],
    [{ env: { RUNNER_GATEWAY_BODY_BYTES: 'many' } }, /RUNNER_GATEWAY_BODY_BYTES/],
  ]) {
    await assert.rejects(startGateway(options), (error) => {
      assert.equal(error.exitCode, 64, error.log);
      assert.match(error.log, said);
      return true;
    });
  }
});

test('a port that is taken is told in a sentence, with exit code 70', async () => {
  const gateway = await startGateway();
  await assert.rejects(startGateway({ listen: new URL(gateway.url).host }), (error) => {
    assert.equal(error.exitCode, 70, error.log);
    assert.match(error.log, /EADDRINUSE.*127\.0\.0\.1:\d+/);
    assert.doesNotMatch(error.log, /\n\s+at /, 'and not as a stack trace');
    return true;
  });
  await gateway.stop();
});
