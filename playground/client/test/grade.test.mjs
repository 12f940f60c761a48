// Grading through the client.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RunnerClient } from '../dist/index.js';
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

const adds = `const text = await (await import('node:fs/promises')).readFile('/dev/stdin', 'utf8');
  console.log(text.split(' ').map(Number).reduce((a, b) => a + b));`;
const submission = [{ path: 'main.mjs', content: adds }];

test('each case comes as it ends, and last the total', async () => {
  const events = await Array.fromAsync(
    client.grade({
      submission,
      cases: [
        { name: 'adds', stdin: '1 2', expect: { stdout: { trim: '3' } }, points: 2 },
        { name: 'is wrong', stdin: '1 2', expect: { stdout: { trim: '4' } } },
      ],
    }),
  );
  assert.equal(events[0].type, 'started');
  assert.equal(events[0].cases, 2);
  const results = events.filter(({ type }) => type === 'result').map(({ result }) => result);
  results.sort((a, b) => a.index - b.index);
  assert.deepEqual(results.map(({ name, outcome, points }) => [name, outcome, points]), [['adds', 'PASSED', 2], ['is wrong', 'FAILED', 0]]);
  assert.equal(results[1].mismatches[0].what, 'stdout');
  assert.equal(results[0].stdout.toString(), '3\n');
  assert.ok(results[0].run.usage.wallTimeMs > 0);
  const { type, total } = events.at(-1);
  assert.equal(type, 'total');
  assert.deepEqual([total.passed, total.failed, total.complete, total.points, total.pointsPossible], [1, 1, true, 2, 3]);
});

test('a result that is larger than the 4 MiB of gRPC arrives', async () => {
  const content = `import { test } from 'node:test'; import { f } from './main.mjs';
    for (let i = 0; i < 400; ++i) test('case ' + i, () => f(i));`;
  const events = await Array.fromAsync(
    client.grade({
      policy: 'grader',
      submission: [{ path: 'main.mjs', content: 'export const f = () => { throw new Error("x".repeat(8000)); };' }],
      cases: [{ name: 'long', tests: { files: [{ path: 'a.test.mjs', content }, { path: 'b.test.mjs', content }] } }],
    }),
  );
  const results = events.filter(({ type }) => type === 'result').map(({ result }) => result);
  assert.deepEqual(results.map(({ outcome }) => outcome), ['FAILED']);
  const bytes = results[0].tests.reduce((sum, { message }) => sum + message.length, 0);
  assert.ok(bytes > 4 << 20, `${bytes} bytes of messages`);
  assert.equal(events.at(-1).type, 'total');
});

test('a wrong suite is an error that names the field', async () => {
  await assert.rejects(client.grade({ submission, cases: [] }).next(), (error) => {
    assert.equal(error.name, 'InvalidRequestError');
    assert.ok(error.violations.some(({ field }) => field === 'cases'));
    return true;
  });
});

test('leaving the loop, and aborting the signal, end what is going on', async () => {
  const endless = { submission: [{ path: 'main.mjs', content: 'setInterval(() => {}, 1000)' }], cases: [{ name: 'one', expect: {} }] };
  const nobodyRuns = () => eventually(async () => (await client.serverInfo()).pool.running === 0, { timeoutMs: 3000 });
  const somebodyRuns = () => eventually(async () => (await client.serverInfo()).pool.running > 0);
  for await (const { type } of client.grade(endless)) {
    assert.equal(type, 'started');
    await somebodyRuns();
    break;
  }
  await nobodyRuns();
  const aborter = new AbortController();
  const graded = assert.rejects(Array.fromAsync(client.grade(endless, { signal: aborter.signal })), { name: 'AbortError' });
  await somebodyRuns();
  aborter.abort();
  await graded;
  await nobodyRuns();
});
