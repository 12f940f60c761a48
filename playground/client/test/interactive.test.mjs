// Interactive runs: input while the program runs, signals, a terminal.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
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

// Reads the run, and gives its output to `react` as it comes: all so far, and what is new.
async function converse(run, react) {
  let text = '';
  for await (const event of run) {
    if (event.type === 'stdout') {
      text += event.data;
      await react(text, String(event.data));
    }
    if (event.type === 'result') return { text, result: event.result };
  }
  throw new Error('no result');
}

test('a program asks, and is answered', async () => {
  const source = `import { createInterface } from 'node:readline/promises';
    const ask = createInterface({ input: process.stdin, output: process.stdout });
    const name = await ask.question('Name? ');
    console.log('Hello ' + name + '!');
    ask.close();`;
  const run = client.run(source, { interactive: true });
  const { text, result } = await converse(run, async (_, news) => {
    if (news.includes('Name?')) await run.write('Ada\n');
  });
  assert.equal(text, 'Name? Hello Ada!\n');
  assert.equal(result.exitCode, 0);
});

test('stdin of the options comes before what is written, and end() is the end', async () => {
  const run = client.run('let s = ""; for await (const c of process.stdin) s += c; console.log(s)', {
    interactive: true,
    stdin: 'first ',
  });
  const output = run.output();
  await run.write('second ');
  await run.write(Buffer.from('third'));
  await run.end();
  await run.end(); // again: nothing
  assert.equal((await output).stdout.toString(), 'first second third\n');
  await assert.rejects(run.write('more'), TypeError);
});

// What a program reads to the end, as letters with how often each came in a row.
const counts = `let s = ''; for await (const c of process.stdin) s += c;
  process.stdout.write(s.replace(/(.)\\1*/g, (row, c) => c + row.length + ' '))`;

test('what is written and ended without waiting arrives whole, in order, and at the daemon that takes the run', async () => {
  const ofTwo = new RunnerClient({ address: ['unix:/nonexistent/socket', daemon.address] });
  for (const [who, texts, expected] of [
    [client, ['x'.repeat(200_000)], 'x200000 '],
    [client, ['a'.repeat(150_000), 'b'.repeat(150_000)], 'a150000 b150000 '],
    [ofTwo, ['hello'], 'h1 e1 l2 o1 '],
  ]) {
    const run = who.run(counts, { interactive: true });
    const output = run.output();
    const written = [...texts.map((text) => run.write(text)), run.end()];
    assert.equal((await output).stdout.toString(), expected);
    await Promise.all(written);
  }
  ofTwo.close();
});

test('a cancel behind input that the program does not read ends the call; behind input that it has read, the run', async () => {
  const reads = 'let n = 0; process.stdin.on("data", (data) => { if ((n += data.length) === 400_000) console.log("all"); });';
  const reader = client.run(reads, { interactive: true });
  const read = converse(reader, async () => void (await reader.cancel()));
  await reader.write('x'.repeat(400_000));
  assert.equal((await read).result.verdict, 'CANCELLED');

  const run = client.run('setInterval(() => {}, 1000)', { interactive: true });
  const rejected = assert.rejects(run.output(), { name: 'RunnerError', code: 'CANCELLED', message: /bytes of input/ });
  const writing = run.write('x'.repeat(4 << 20));
  await sleep(500);
  const begun = performance.now();
  await run.cancel();
  await rejected;
  assert.ok(performance.now() - begun < 5000, 'before its wall limit of ten seconds');
  await writing;
  await eventually(async () => (await client.serverInfo()).pool.running === 0, { timeoutMs: 3000 });
});

test('a run that is not interactive has an empty standard input, and takes none', async () => {
  const run = client.run('process.stdin.resume().on("end", () => console.log("end"))');
  await assert.rejects(run.write('x'), /interactive: true/);
  assert.equal((await run.output()).stdout.toString(), 'end\n');
});

test('input that nobody reads waits, and does not outlive the program', async () => {
  const run = client.run('setTimeout(() => process.exit(), 1000)', { interactive: true });
  const output = run.output();
  let written = false;
  const writing = run.write(Buffer.alloc(8 << 20)).then(() => (written = true));
  await sleep(500);
  assert.equal(written, false, '8 MiB do not fit into any buffer on the way');
  assert.equal((await output).result.exitCode, 0);
  await writing;
  await run.write('to nobody');
});

test('signals reach the program by name and by number', async () => {
  const source = `for (const s of ['SIGUSR2', 'SIGTERM']) process.on(s, () => { console.log(s); if (s === 'SIGTERM') process.exit(5); });
    setInterval(() => {}, 1000); console.log('ready');`;
  const run = client.run(source);
  const { text, result } = await converse(run, async (_, news) => {
    if (news.includes('ready')) await run.signal('SIGUSR2');
    if (news.includes('SIGUSR2')) await run.signal(15);
  });
  assert.equal(text, 'ready\nSIGUSR2\nSIGTERM\n');
  assert.equal(result.exitCode, 5);
});

test('a signal that cannot be sent ends the call with an error that names it', async () => {
  const run = client.run('setInterval(() => {}, 1000)');
  const output = run.output();
  await run.signal(11);
  await assert.rejects(output, { name: 'InvalidRequestError', message: /signal/ });
});

test('a terminal has the size that was asked for, and takes a new one', async () => {
  const source = `const { stdout, env } = process;
    console.log(String([stdout.isTTY, stdout.columns, env.TERM]));
    stdout.on('resize', () => { console.log(String([stdout.columns, stdout.rows])); process.exit(); });
    setInterval(() => {}, 1000);`;
  const run = client.run(source, { interactive: true, terminal: { rows: 30, columns: 100, term: 'vt100' } });
  const { text } = await converse(run, async (all) => {
    if (all === 'true,100,vt100\r\n') await run.resize({ rows: 10, columns: 40 });
  });
  assert.equal(text, 'true,100,vt100\r\n40,10\r\n');
});
