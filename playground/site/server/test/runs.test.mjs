// Runs over HTTP: what is streamed, what is written back, how they end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunnerClient } from '@runner/client';
import { startDaemon } from '../../../testing/daemon.mjs';
import { eventually } from '../../../testing/eventually.mjs';
import { Caller, linesOf, startGateway, textOf } from '../../../testing/gateway.mjs';

let daemon;
let gateway;
let direct;
before(async () => {
  daemon = await startDaemon();
  gateway = await startGateway({ address: daemon.address });
  direct = new RunnerClient({ address: daemon.address });
});
after(async () => {
  direct.close();
  assert.equal(await gateway.stop(), 0);
  await daemon.stop();
});

const runningNow = async () => (await direct.serverInfo()).pool.running;
const nobodyRuns = () => eventually(async () => (await runningNow()) === 0, { timeoutMs: 3000, say: 'no run is left' });
const forever = 'console.log("on"); setInterval(() => {}, 1000)';

test('a run is a stream of JSON lines: its id, then what runnerctl --json prints', async () => {
  const response = await new Caller(gateway.url).run('console.log("hé"); console.error("no"); process.exitCode = 3');
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^application\/x-ndjson/);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  const lines = await Array.fromAsync(linesOf(response));
  const [run, started] = lines;
  assert.equal(run.event, 'run');
  assert.match(run.id, /^[0-9a-f-]{36}$/);
  assert.equal(started.event, 'started');
  assert.equal(started.run_id, run.id);
  assert.equal(textOf(lines), 'hé\n');
  assert.equal(textOf(lines, 'stderr'), 'no\n');
  const result = lines.at(-1);
  assert.deepEqual([result.event, result.verdict, result.exit_code, result.signal, result.run_id], ['result', 'EXITED', 3, null, run.id]);
  assert.ok(result.usage.wall_time_ms > 0);
});

test('lines arrive while the program runs', async () => {
  const response = await new Caller(gateway.url).run('console.log(1); setTimeout(() => console.log(2), 800)');
  const at = [];
  for await (const { event } of linesOf(response)) if (event === 'stdout') at.push(performance.now());
  assert.equal(at.length, 2);
  assert.ok(at[1] - at[0] > 500, `${at[1] - at[0]} ms between two lines that are 800 ms apart`);
});

test('every field of the request reaches the program', async () => {
  const lines = await Array.fromAsync(
    linesOf(
      await new Caller(gateway.url).post('/api/runs', {
        files: [
          { path: 'src/a.ts', content: `import { readFileSync, writeFileSync } from 'node:fs';
            const stdin: string = readFileSync('/dev/stdin', 'utf8');
            console.log(process.argv[2], process.env.COLOUR, stdin, readFileSync('b.bin')[0], process.version.slice(0, 3));
            writeFileSync('out.txt', 'kept');` },
          { path: 'b.bin', base64: 'yP8=' },
        ],
        entry: 'src/a.ts',
        image: 'node-24',
        policy: 'grader',
        args: ['Ada'],
        env: { COLOUR: 'blue' },
        stdin: 'typed',
        limits: { wallTimeMs: 5000, cpuTimeMs: 4000, memoryBytes: 200 << 20, outputBytes: 5000 },
        collect: ['*.txt'],
      }),
    ),
  );
  assert.equal(textOf(lines), 'Ada blue typed 200 v24\n');
  const file = lines.find(({ event }) => event === 'file');
  assert.deepEqual([file.path, file.text], ['out.txt', 'kept']);
  const result = lines.at(-1);
  assert.deepEqual([result.image, result.policy, result.collected.files], ['node-24', 'grader', 1]);
});

test('limits of the request are the ones that end it', async () => {
  const of = async (source, limits) => (await new Caller(gateway.url).runAll(source, { limits })).at(-1);
  assert.equal((await of('setInterval(() => {}, 9)', { wallTimeMs: 200 })).verdict, 'WALL_TIME_LIMIT');
  assert.equal((await of('for (;;);', { cpuTimeMs: 200 })).limit.allowed, 200);
  assert.equal((await of('for (;;) console.log("x")', { outputBytes: 1000 })).verdict, 'OUTPUT_LIMIT');
  assert.equal((await of('const a = []; for (;;) a.push(Buffer.alloc(1e6, 1))', { memoryBytes: 100 << 20 })).verdict, 'MEMORY_LIMIT');
});

test('an interactive run is written to, by its own session alone', async () => {
  const caller = new Caller(gateway.url);
  const stranger = new Caller(gateway.url);
  await stranger.get('/api/info');
  const source = 'process.stdin.on("data", (d) => console.log("got " + d)).on("end", () => console.log("end"));' +
    'setInterval(() => {}, 1000); console.log("ready")';
  let id;
  let text = '';
  for await (const line of linesOf(await caller.run(source, { interactive: true, stdin: 'first' }))) {
    if (line.event === 'run') id = line.id;
    if (line.event !== 'stdout') continue;
    text += line.text;
    if (line.text.includes('first')) {
      assert.equal((await stranger.post(`/api/runs/${id}/stdin`, { text: 'x' })).status, 404);
      assert.equal((await stranger.delete(`/api/runs/${id}`)).status, 404);
      assert.equal((await caller.post(`/api/runs/${id}/stdin`, { text: 'sécond' })).status, 204);
    }
    if (line.text.includes('sécond')) {
      assert.equal((await caller.post(`/api/runs/${id}/stdin`, { end: true })).status, 204);
    }
    if (line.text.includes('end')) {
      assert.equal((await caller.post(`/api/runs/${id}/stdin`, { text: 'late' })).status, 409);
      assert.equal((await caller.delete(`/api/runs/${id}`)).status, 204);
    }
  }
  assert.equal(text, 'ready\ngot first\ngot sécond\nend\n');
  assert.equal((await caller.post(`/api/runs/${id}/stdin`, { text: 'x' })).status, 404, 'it is over');
});

test('a run that is not interactive takes no input: 409', async () => {
  const caller = new Caller(gateway.url);
  for await (const line of linesOf(await caller.run(forever))) {
    if (line.event !== 'run') continue;
    const response = await caller.post(`/api/runs/${line.id}/stdin`, { text: 'x' });
    assert.equal(response.status, 409);
    assert.equal((await response.json()).error.code, 'FAILED_PRECONDITION');
    await caller.delete(`/api/runs/${line.id}`);
  }
});

test('input that the program does not read is refused beyond a mebibyte, and does not stay when the program has ended', async () => {
  const caller = new Caller(gateway.url);
  const statuses = [];
  for await (const line of linesOf(await caller.run('setTimeout(() => process.exit(), 3000)', { interactive: true }))) {
    if (line.event !== 'run') continue;
    const writes = Array.from({ length: 6 }, () => caller.post(`/api/runs/${line.id}/stdin`, { text: 'x'.repeat(700_000) }));
    void Promise.all(writes).then((responses) => statuses.push(...responses.map(({ status }) => status)));
  }
  await eventually(() => statuses.length === 6);
  assert.ok(statuses.includes(429), `${statuses}`);
  assert.ok(statuses.every((status) => status === 204 || status === 429), `${statuses}`);
});

test('DELETE cancels, and the result still comes', async () => {
  const caller = new Caller(gateway.url);
  const lines = [];
  for await (const line of linesOf(await caller.run(forever))) {
    lines.push(line);
    if (line.event === 'stdout') assert.equal((await caller.delete(`/api/runs/${lines[0].id}`)).status, 204);
  }
  assert.equal(lines.at(-1).verdict, 'CANCELLED');
  assert.equal((await caller.delete(`/api/runs/${lines[0].id}`)).status, 404);
});

test('a reader that goes away cancels the run, a quiet one and one that prints', async () => {
  for (const source of [forever, 'setInterval(() => console.log("tick"), 5)']) {
    const aborter = new AbortController();
    const response = await new Caller(gateway.url).run(source, {}, { signal: aborter.signal });
    // Not a loop with a break: that would be going away already.
    const lines = linesOf(response);
    while ((await lines.next()).value.event !== 'stdout');
    assert.equal(await runningNow(), 1);
    aborter.abort();
    await nobodyRuns();
  }
});

test('a million lines to a slow reader: the program waits, the gateway keeps little, nothing is lost', async () => {
  const source = `let text = '';
    for (let i = 0; i < 1_000_000; ++i) { text += 'line ' + i + '\\n'; if (text.length > 60_000) { process.stdout.write(text); text = ''; } }
    process.stdout.write(text);`;
  const limits = { outputBytes: 64 << 20, wallTimeMs: 30_000, cpuTimeMs: 15_000 };
  const before = await gateway.residentBytes();
  const response = await new Caller(gateway.url).run(source, { limits });
  const lines = linesOf(response);
  while ((await lines.next()).value.event !== 'started');
  await sleep(1500);
  const grown = (await gateway.residentBytes()) - before;
  assert.ok(grown < 48 << 20, `the gateway grew by ${grown} bytes while nobody read`);
  assert.equal(await runningNow(), 1, 'the program has not ended: it waits');
  let next = 0;
  let rest = '';
  let result;
  for await (const line of lines) {
    if (line.event === 'result') result = line;
    if (line.event !== 'stdout') continue;
    const parts = (rest + line.text).split('\n');
    rest = parts.pop();
    for (const part of parts) if (part !== `line ${next++}`) assert.fail(`${part} is not line ${next - 1}`);
  }
  assert.equal(next, 1_000_000);
  assert.equal(rest, '');
  assert.equal(result.verdict, 'EXITED');
  assert.ok(result.usage.wall_time_ms > 1400);
});

test('a character that is written in pieces arrives as one', async () => {
  const source = 'for (const b of Buffer.from("😀")) { process.stdout.write(Buffer.of(b)); await new Promise((r) => setTimeout(r, 30)); }';
  const lines = (await new Caller(gateway.url).runAll(source)).filter(({ event }) => event === 'stdout');
  assert.deepEqual(lines.map(({ text }) => text), ['😀']);
});

test('what the service refuses is a status with the fields, by the names they have here', async () => {
  const response = await new Caller(gateway.url).run('', { limits: { wallTimeMs: 3_600_000, memoryBytes: 1 }, env: { LD_PRELOAD: 'x' } });
  assert.equal(response.status, 400);
  const { error } = await response.json();
  assert.equal(error.code, 'INVALID_ARGUMENT');
  assert.deepEqual(error.fields.map(({ field }) => field).sort(), ['env["LD_PRELOAD"]', 'limits.memoryBytes', 'limits.wallTimeMs']);
  assert.ok(error.fields.every(({ message }) => message.length > 0));
});
