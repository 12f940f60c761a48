// All of the proto is reachable: what it has, the client has.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RunnerClient } from '../dist/index.js';
import { EventReader } from '../dist/events.js';
import { fromPlain, toPlain } from '../dist/plain.js';
import { RunnerStub, fieldsOf } from '../dist/protocol.js';
import { toRequest } from '../dist/request.js';

const source = (path) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

// Through the wire and back, as the daemon would see it.
const { requestSerialize, requestDeserialize } = RunnerStub.service.RunInteractive;
const sent = (input) => requestDeserialize(requestSerialize(input));

const everyOption = {
  image: 'i', policy: 'p', entry: 'a.js', args: ['x'], env: { A: '1' }, stdin: 'in', runId: 'r', labels: { l: '2' }, tenant: 't',
  collect: ['*'], terminal: { rows: 1, columns: 2, term: 'vt' }, start: 'START_KIND_COLD', trace: true,
  determinism: { enabled: true, seed: 7, startTimeMs: 8 },
  limits: { wallTimeMs: 1500.5, cpuTimeMs: 1, memoryBytes: 2 ** 40, outputBytes: 3, threads: 4, workspaceBytes: 5 },
};

test('every field of a request can be given, and arrives', () => {
  const request = toRequest([{ path: 'a.js', content: 'é', executable: true }], everyOption);
  for (const field of fieldsOf('runner.v1.RunRequest').keys()) assert.ok(field in request, `RunRequest.${field}`);
  for (const field of fieldsOf('runner.v1.Limits').keys()) assert.ok(field in request.limits, `Limits.${field}`);
  for (const field of fieldsOf('runner.v1.File').keys()) assert.ok(field in request.files[0], `File.${field}`);
  for (const field of fieldsOf('runner.v1.Terminal').keys()) assert.ok(field in request.terminal, `Terminal.${field}`);
  const { start } = sent({ start: request });
  for (const field of fieldsOf('runner.v1.Determinism').keys()) assert.ok(field in request.determinism, `Determinism.${field}`);
  assert.deepEqual([start.determinism.enabled, start.determinism.seed, start.determinism.startTimeMs].map(Number), [1, 7, 8]);
  assert.deepEqual(start.limits.wallTime, { seconds: 1, nanos: 500_500_000 });
  assert.equal(start.limits.memoryBytes, 2 ** 40);
  assert.equal(start.files[0].content.toString(), 'é');
  assert.equal(start.stdin.toString(), 'in');
  assert.deepEqual([start.env, start.labels, start.collect], [{ A: '1' }, { l: '2' }, ['*']]);
});

test('every kind of input and every kind of event has a method or a type', () => {
  const inputs = { start: 'run', stdin: 'write', closeStdin: 'end', signal: 'signal', cancel: 'cancel', resize: 'resize' };
  assert.deepEqual([...fieldsOf('runner.v1.RunInput').keys()].sort(), Object.keys(inputs).sort());
  const events = [...fieldsOf('runner.v1.RunEvent').keys()].filter((name) => name !== 'offset');
  const offset = { seconds: 0, nanos: 1_500_000 };
  const messages = {
    queued: { position: 2 },
    started: { runId: 'r', image: 'i', policy: 'p', start: 'START_KIND_WARM', queueTime: offset },
    stdout: Buffer.from('o'),
    stderr: Buffer.from('e'),
    file: { path: 'p', size: 1, mode: 0o644, offset: 0, content: Buffer.from('f'), last: true },
    result: { verdict: 'EXITED', exitCode: 0, usage: { wallTime: offset }, phases: [{ name: 'gone', at: offset }] },
  };
  for (const event of events) {
    const taken = new EventReader().take({ offset, event, [event]: messages[event] });
    assert.equal(taken?.type, event, `RunEvent.${event}`);
  }
});

test('every method of the service is called', () => {
  const code = source('../dist/client.js') + source('../dist/run.js') + source('../dist/grade.js');
  // Run is RunInteractive without input: that one has `cancel`.
  const missing = Object.values(RunnerStub.service).filter(({ originalName }) => !code.includes(`.${originalName}(`));
  assert.deepEqual(missing.map(({ path }) => path), ['/runner.v1.Runner/Run']);
  const client = new RunnerClient({ address: 'unix:/nowhere' });
  assert.equal(typeof client.daemons[0].stub.run, 'function', 'and what is left can be called by its stub');
  client.close();
});

test('a message comes as its fields, durations as milliseconds, and what is absent is absent', () => {
  const plain = toPlain('runner.v1.RunResult', {
    verdict: 'EXITED', exitCode: 0, _exitCode: 'exitCode', limit: null, queueTime: { seconds: 2, nanos: 5e8 },
    usage: { wallTime: { seconds: 0, nanos: 1 }, cpuTime: null, stdoutBytes: 7 }, phases: [{ name: 'a', at: { seconds: 1, nanos: 0 } }],
  });
  assert.deepEqual(plain, {
    verdict: 'EXITED', exitCode: 0, queueTimeMs: 2500, usage: { wallTimeMs: 1e-6, stdoutBytes: 7 }, phases: [{ name: 'a', atMs: 1000 }],
  });
});

test('a request for grading goes over as it is said: bytes as text, a field that merely ends in Ms, messages in messages', () => {
  const request = fromPlain('runner.v1.GradeRequest', {
    submission: [{ path: 'a.js', content: 'x' }],
    cases: [{ name: 'one', stdin: '1', limits: { wallTimeMs: 250 }, expect: { stdout: { exact: '1\n' } }, points: 0.5 }],
    determinism: { enabled: true, seed: 7, startTimeMs: 1_700_000_000_000 },
  });
  const { requestSerialize: to, requestDeserialize: from } = RunnerStub.service.Grade;
  const message = from(to(request));
  assert.equal(message.cases[0].expect.stdout.exact.toString(), '1\n');
  assert.deepEqual(message.cases[0].limits.wallTime, { seconds: 0, nanos: 250_000_000 });
  assert.equal(message.determinism.startTimeMs, 1_700_000_000_000);
  assert.throws(() => fromPlain('runner.v1.GradeRequest', { determinism: { startTime: 5 } }), /no field 'startTime'/);
});
