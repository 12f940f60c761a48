// What can differ between a sandbox and bare Node, one "name<TAB>value" a line. docs/differences.md has a row for every name
// whose value does differ, and the test compares the two.
import { exec, fork, spawn } from 'node:child_process';
import dns from 'node:dns/promises';
import { once } from 'node:events';
import fs from 'node:fs';
import inspector from 'node:inspector';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import v8 from 'node:v8';
import { Worker } from 'node:worker_threads';

const require = createRequire(import.meta.url);
const listen = (...where) =>
  new Promise((resolve) => {
    const server = net.createServer().listen(...where);
    server.on('error', ({ code }) => resolve(code)).on('listening', () => server.close(() => resolve('ok')));
  });
const ending = (start) =>
  new Promise((resolve) => {
    start().on('error', ({ code }) => resolve(code)).on('exit', (code) => resolve(`exit code ${code}`));
  });
const report = () => process.report.getReport().header;
const openFiles = () => {
  const files = [];
  try {
    while (files.length < 1100) files.push(fs.openSync('/dev/null'));
    return 'over 1100';
  } finally {
    for (const file of files) fs.closeSync(file);
  }
};
const largeFile = () => {
  fs.writeFileSync('large', Buffer.alloc(20 << 20));
  return 'written';
};
const addon = () => {
  fs.copyFileSync('/usr/lib/x86_64-linux-gnu/libgcc_s.so.1', 'addon.node');
  try {
    require('/workspace/addon.node');
  } catch ({ message }) {
    return message.includes('failed to map') ? 'not loaded' : 'loaded, and no addon';
  }
};

// What a sandbox changes.
const probes = {
  'process.execArgv': () => process.execArgv,
  'process.pid': () => (process.pid === 2 && process.ppid === 1 ? 'always 2, its parent 1' : 'any'),
  'process.report': () => Object.keys(report()).filter((key) => ['cpus', 'networkInterfaces'].includes(key)),
  'process.report commandLine': () => report().commandLine.length - process.argv.length,
  'os.hostname()': () => os.hostname() === 'runner',
  'os.cpus()': () => os.cpus().length > 0,
  'os.networkInterfaces()': () => Object.keys(os.networkInterfaces()).includes('lo'),
  'os.setPriority()': () => os.setPriority(os.getPriority()),
  'v8.getHeapStatistics()': () => v8.getHeapStatistics().heap_size_limit,
  'child_process.spawn()': () => ending(() => spawn(process.execPath, ['-e', '0'])),
  'child_process.exec()': () => ending(() => exec('true')),
  'child_process.fork()': () => ending(() => fork('/dev/null')),
  'fs.accessSync() for X_OK': () => {
    fs.writeFileSync('tool', '#!/usr/bin/node', { mode: 0o755 });
    fs.accessSync('tool', fs.constants.X_OK);
  },
  'fs.openSync(), very often': openFiles,
  'fs.writeFileSync() of 20 MiB': largeFile,
  'fs.statfsSync()': () => fs.statfsSync('/workspace').files,
  'fs.readdirSync("/proc")': () => fs.readdirSync('/proc').includes('meminfo'),
  'fs.readdirSync("/dev")': () => fs.readdirSync('/dev').filter((name) => !['fd', 'stdin', 'stdout', 'stderr'].includes(name)),
  'require() of a .node file': addon,
  'net.Server.listen() on a unix socket': () => listen('/tmp/socket'),
  'fs.statSync("/usr/bin/node")': () => fs.statSync('/usr/bin/node').uid,

  // What it does not change, though one might expect it to.
  'process.argv': () => [process.argv0, process.title, ...process.argv],
  'process.execPath': () => process.execPath,
  'process.cwd()': () => process.cwd(),
  'process.env': () => process.env,
  'process.getuid()': () => [process.getuid(), process.geteuid(), process.getgid(), process.getegid()],
  'process.stdout': () => [process.stdin, process.stdout].map(({ isTTY, _type }) => [isTTY, _type]),
  'process.availableMemory()': () => typeof process.availableMemory(),
  'process.listenerCount()': () => process.listenerCount('SIGUSR1'),
  'os.userInfo()': () => os.userInfo(),
  'os.tmpdir()': () => [os.tmpdir(), os.homedir(), os.EOL, os.platform(), os.arch(), os.release(), os.machine()],
  'os.totalmem()': () => os.totalmem(),
  'dns.lookup() of localhost': () => dns.lookup('localhost', { all: true }),
  'net.Server.listen() on ::1': () => listen(0, '::1'),
  'net.Server.listen() without an address': () => listen(0),
  'inspector.Session': () => {
    const session = new inspector.Session();
    session.connect();
    session.disconnect();
  },
  'fs.writeFileSync("/etc/hosts")': () => fs.accessSync('/etc/hosts', fs.constants.W_OK),
  'fs.watch()': async () => {
    const watcher = fs.watch('.');
    const seen = once(watcher, 'change');
    fs.writeFileSync('new', '');
    const [, name] = await seen;
    watcher.close();
    return name;
  },
  'fs.symlinkSync()': () => fs.symlinkSync('new', 'link'),
  'fs.linkSync()': () => fs.linkSync('new', 'hard'),
  'fs.chmodSync()': () => fs.chmodSync('new', 0o600),
  'node:sqlite': async () => new (await import('node:sqlite')).DatabaseSync('/tmp/test.db').exec('create table t (a)'),
  'WebAssembly': () => WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])),
  'Worker': async () => (await once(new Worker('require("worker_threads").parentPort.postMessage(1)', { eval: true }), 'message'))[0],
  'globalThis': () => Object.getOwnPropertyNames(globalThis),
  'import.meta': () => ({ ...import.meta }),
  'require.cache': () => Object.keys(require.cache).length,
  'require("module").globalPaths': () => require('node:module').globalPaths,
  'Error.stackTraceLimit': () => Error.stackTraceLimit,
  'Intl.DateTimeFormat()': () => Intl.DateTimeFormat().resolvedOptions(),
};

for (const [name, probe] of Object.entries(probes)) {
  let value;
  try {
    value = await probe();
  } catch (error) {
    value = `${error.name} ${error.code ?? error.message}`;
  }
  console.log(`${name}\t${JSON.stringify(value) ?? 'undefined'}`);
}
