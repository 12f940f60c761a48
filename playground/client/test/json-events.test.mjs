// jsonEvents() and `runnerctl run --json` are one format: the same programs through both.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { RunnerClient, jsonEvents } from '../dist/index.js';
import { incompleteTailLength } from '../dist/utf8.js';
import { binaries, startDaemon } from '../../testing/daemon.mjs';

let daemon;
let client;
let directory;
before(async () => {
  daemon = await startDaemon();
  client = new RunnerClient({ address: daemon.address });
  directory = await mkdtemp(join(tmpdir(), 'runner-playground-test.'));
});
after(async () => {
  client.close();
  await daemon.stop();
  await rm(directory, { recursive: true });
});

async function runnerctl(source, args) {
  await writeFile(join(directory, 'main.mjs'), source);
  const argv = ['run', '--json', '--no-stdin', '--address', daemon.address, ...args, join(directory, 'main.mjs')];
  const stdout = await new Promise((resolve) => execFile(join(binaries, 'runnerctl'), argv, (_, out) => resolve(out)));
  return stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

async function here(source, options) {
  const lines = [];
  for await (const object of jsonEvents(client.run(source, options))) lines.push(JSON.parse(JSON.stringify(object)));
  return lines;
}

// Times, sizes of memory and ids differ from run to run; that they are there, and of which type, does not.
const varies = new Set(['offset_ms', 'wall_time_ms', 'cpu_time_ms', 'memory_peak_bytes', 'processes_peak', 'queue_time_ms', 'run_id',
  'start', 'observed', 'phases_ms']);
const steady = (lines) =>
  JSON.parse(JSON.stringify(joined(lines)), (key, value) => {
    if (varies.has(key)) return `<${typeof value}>`;
    return key === 'message' ? value.replace(/^stopped after \d+ ms/, 'stopped after N ms') : value;
  });

// How output is cut into events is chance.
function joined(lines) {
  const all = [];
  for (const line of lines) {
    const last = all.at(-1);
    if (last?.event === line.event && last.text !== undefined && line.text !== undefined) last.text += line.text;
    else all.push({ ...line });
  }
  return all;
}

const programs = {
  'text on both streams': ['process.stdout.write("hé\\n"); setTimeout(() => process.stderr.write("no\\n"), 200)', {}, []],
  'bytes that are no text': ['process.stdout.write(Buffer.from([255, 254, 10]))', {}, []],
  'an error': ['throw new Error("x")', {}, []],
  'a signal': ['process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 9)', {}, []],
  'a limit': ['setInterval(() => {}, 9)', { limits: { wallTimeMs: 200 } }, ['--time', '200ms']],
  'too much output': ['for (;;) process.stdout.write("x".repeat(65536))', { limits: { outputBytes: 65_536 } }, ['--output-limit', '64KiB']],
  'a package that is not there': ['import "no-such-package"', {}, []],
  'files back': [
    'import { writeFileSync as w } from "node:fs"; w("a.txt", "text"); w("b.bin", Buffer.of(255)); w("c", "")',
    { collect: ['*.txt', '*.bin', 'none'] },
    ['--collect', '*.txt', '--collect', '*.bin', '--collect', 'none'],
  ],
  'what is measured': ['', { trace: true }, ['--trace']],
};

for (const [name, [source, options, args]] of Object.entries(programs)) {
  test(`the same as runnerctl: ${name}`, async () => {
    assert.deepEqual(steady(await here(source, options)), steady(await runnerctl(source, args)));
  });
}

test('a character that is written in pieces comes as one, and half a one at the end as bytes', async () => {
  const source = `const e = Buffer.from('😀é');
    for (const b of e) { process.stdout.write(Buffer.of(b)); await new Promise((r) => setTimeout(r, 30)); }
    process.stdout.write(Buffer.of(0xf0, 0x9f));`;
  const output = (await here(source)).filter(({ event }) => event === 'stdout');
  assert.deepEqual(output.map(({ text, base64 }) => text ?? base64), ['😀', 'é', '8J8=']);
});

test('what may be half a character at the end, and what may not', () => {
  for (const [bytes, length] of [
    ['', 0], ['a', 0], ['é', 0], ['\xc3', 1], ['a\xc3', 1], ['\xe2\x82', 2], ['\xf0\x9f\x98', 3], ['\xf0\x9f', 2], ['\xff', 0],
    ['\x80\x80\x80\x80', 0], ['\xc1', 0], ['\xf5', 0], ['\xc3a', 0],
  ]) {
    const buffer = bytes === 'é' ? Buffer.from(bytes) : Buffer.from(bytes, 'latin1');
    assert.equal(incompleteTailLength(buffer), length, buffer.toString('hex'));
  }
});
