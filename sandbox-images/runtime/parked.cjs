'use strict';
// A parked Node was started before its program exists; RUNNER_PARK in its environment names a descriptor. It waits in the
// last step of Node's own start, the read of Module.runMain: all that comes after is Node's unchanged code, and so stack
// traces, require.main and module types are those of `node main.js`. One byte says that it waits. Then it reads the descriptor
// up to its end, and what it reads is the program: two 32-bit counts, then as many arguments and variables, each ended by
// NUL. The files are in the workspace by then. The descriptor is closed before anything of the program is looked at. Arguments may
// begin with `--require FILE`, as a command line does: what a cold start would have loaded beside preload.cjs.

const Module = require('module');
const WARM_MODULE = `${__dirname}/warm.mjs`;
const DETERMINISM = `${__dirname}/determinism.cjs`;

module.exports = function park(descriptor, requireHooks) {
  const { closeSync, readSync, writeSync } = require('fs');
  const property = Object.getOwnPropertyDescriptor(Module, 'runMain');
  const runMain = property.value;
  process.chdir('/workspace'); // parked Nodes start elsewhere: see guest.cc
  warm();
  Object.defineProperty(Module, 'runMain', {
    configurable: true,
    enumerable: property.enumerable,
    get() {
      Object.defineProperty(Module, 'runMain', property);
      writeSync(descriptor, 'w');
      const program = receive(descriptor, readSync);
      closeSync(descriptor);
      // Whatever it was started with has served its purpose, the sandbox's own variable included.
      for (const name of Object.keys(process.env)) delete process.env[name];
      for (const [name, value] of program.env) process.env[name] = value;
      const hooks = requireHooks(program.args);
      process.argv.length = 1;
      process.argv.push(...program.args);
      if (!hooks.includes(DETERMINISM)) shiftClocks(); // it has clocks of its own
      return runMain.bind(Module, program.args[0]);
    },
  });
};

// Without Buffer's pool, which the program gets to see.
function receive(descriptor, readSync) {
  const chunks = [];
  for (;;) {
    const chunk = Buffer.allocUnsafeSlow(64 * 1024);
    const size = readSync(descriptor, chunk, 0, chunk.length, null);
    if (size === 0) break;
    chunks.push(chunk.subarray(0, size));
  }
  const header = 8;
  const bytes = chunks.length === 1 ? chunks[0] : joined(chunks);
  // The other end closed without a program: the sandbox is given up.
  if (bytes.length <= header) process.reallyExit(0);
  const argc = bytes.readUInt32LE(0);
  const strings = bytes.utf8Slice(header, bytes.length - 1).split('\0');
  if (strings.length !== argc + bytes.readUInt32LE(4)) process.reallyExit(1);
  const env = strings.slice(argc).map((text) => {
    const equals = text.indexOf('=');
    return [text.slice(0, equals), text.slice(equals + 1)];
  });
  return { args: strings.slice(0, argc), env };
}

function joined(chunks) {
  const all = Buffer.allocUnsafeSlow(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(all, at);
  return all;
}

// A program's time begins when it gets its Node, however long that has waited. Proxies of the originals keep their names and
// look native. Entries that Node itself times (http, gc, function) keep counting from the start of the process.
function shiftClocks() {
  const { performance } = require('perf_hooks');
  const prototype = Object.getPrototypeOf(performance);
  const apply = Reflect.apply;
  const { now } = prototype;
  const shift = performance.now();
  const uptime = process.uptime();
  const timeNow = () => apply(now, performance, []) - shift;
  const replace = (object, key, make) => {
    const property = Object.getOwnPropertyDescriptor(object, key);
    const kind = property.get === undefined ? 'value' : 'get';
    property[kind] = new Proxy(property[kind], { __proto__: null, apply: make });
    Object.defineProperty(object, key, property);
  };
  replace(process, 'uptime', (target, self, args) => apply(target, self, args) - uptime);
  replace(prototype, 'now', (target, self, args) => apply(target, self, args) - shift);
  replace(prototype, 'timeOrigin', (target, self, args) => apply(target, self, args) + shift);
  replace(Event.prototype, 'timeStamp', (target, self, args) => apply(target, self, args) - shift);
  replace(prototype, 'mark', (target, self, args) => {
    const options = args[1];
    const startless = options === undefined || (typeof options === 'object' && options !== null && options.startTime === undefined);
    if (!startless || args.length === 0) return apply(target, self, args);
    return apply(target, self, [args[0], { __proto__: null, ...options, startTime: timeNow() }]);
  });
  replace(prototype, 'measure', (target, self, args) => {
    const start = args[1];
    if (args.length === 0 || args[2] !== undefined) return apply(target, self, args);
    if (typeof start !== 'object' || start === null) return apply(target, self, [args[0], start, timeNow()]);
    const complete = start.end !== undefined || (start.start !== undefined && start.duration !== undefined);
    return apply(target, self, [args[0], complete ? start : { __proto__: null, ...start, end: timeNow() }]);
  });
}

// Runs code that most programs run first, so that it is loaded and compiled before anybody waits for it. Nothing here may
// leave a trace: no stream of the process is touched (a stand-in takes what the console writes), no tick is queued.
function warm() {
  const { Console } = require('console');
  for (const name of ['net', 'tty', 'timers', 'perf_hooks']) require(name);
  const sink = { write() { return true; }, once() {}, on() {}, removeListener() {}, listenerCount: () => 0 };
  require(WARM_MODULE); // how modules are linked and run
  // Not 'auto': the code that decides about colours makes process.stderr, and remembers what the environment says.
  const output = new Console({ stdout: sink, stderr: sink, colorMode: false });
  output.log('warm', 1, { a: [1, 'b'], c: null }, new Map([[1, 2]]));
  output.log('%s %d', 'warm', 1);
  output.error('warm');
  require('fs').readFileSync(__filename, 'utf8');
  warmStreams(Console);
}

// What is behind process.stdout, stderr and stdin when they are pipes, on handles that are none: a real one would be among the
// process's active ones for a while, and would take a number of those that async_hooks counts.
function warmStreams(Console) {
  const { Socket } = require('net');
  class Pipe {
    getAsyncId() { return 0; }
    readStart() { return 0; }
    readStop() { return 0; }
    writeUtf8String() { return 0; }
    writeLatin1String() { return 0; }
    ref() {}
    unref() {}
    close() {}
  }
  const { nextTick } = process;
  process.nextTick = () => {}; // ticks are counted as well
  const output = new Socket({ handle: new Pipe(), readable: false, writable: true });
  output._type = 'pipe';
  new Console({ stdout: output, stderr: output, colorMode: false }).log('warm');
  const input = new Socket({ handle: new Pipe(), readable: true, writable: false, manualStart: true });
  input.setEncoding('utf8');
  input.on('data', () => {});
  input.resume();
  input.push(Buffer.from('warm'));
  input.read(0);
  process.nextTick = nextTick;
}
