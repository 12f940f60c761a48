// Everything a program can look at to find out how its Node was started, as one text.
const { AsyncResource } = require('async_hooks');
const fs = require('fs');
const { Worker } = require('worker_threads');

const Module = module.constructor;
const descriptor = (object, key) => {
  const { value, get, ...flags } = Object.getOwnPropertyDescriptor(object, key) ?? {};
  return { ...flags, kind: typeof (value ?? get) };
};
const near = (a, b, most) => Math.abs(a - b) < most;

const portrait = {
  argv: process.argv,
  argv0: process.argv0,
  execPath: process.execPath,
  execArgv: process.execArgv,
  title: process.title,
  preloads: process._preload_modules,
  env: process.env,
  keys: Reflect.ownKeys(process.env),
  cwd: process.cwd(),
  main: require.main === module && process.mainModule === module,
  module: { id: module.id, parent: module.parent, children: module.children.length, paths: module.paths },
  cache: Object.keys(require.cache),
  pathCache: Object.keys(Module._pathCache),
  runMain: [Module.runMain.name, descriptor(Module, 'runMain')],
  stack: new Error('x').stack,
  asyncId: new AsyncResource('x').asyncId(),
  handles: process._getActiveHandles().length,
  events: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  globals: Reflect.ownKeys(globalThis).map(String),
  processKeys: Reflect.ownKeys(process).map(String),
  moduleKeys: Reflect.ownKeys(Module).map(String),
  descriptors: fs.readdirSync('/proc/self/fd').filter((fd) => fs.existsSync(`/proc/self/fdinfo/${fd}`)),
  nextDescriptor: fs.openSync(__filename),
  uptime: [process.uptime.name, process.uptime.length, process.uptime() < 5],
  now: [performance.now.name, performance.now() < 5000, descriptor(Object.getPrototypeOf(performance), 'now')],
  origin: near(performance.timeOrigin + performance.now(), Date.now(), 500) && near(performance.timeOrigin, Date.now(), 5000),
  mark: near(performance.mark('a').startTime, performance.now(), 500),
  measure: performance.measure('b', 'a').duration < 500 && performance.measure('c').duration < 5000,
  measureObject: performance.measure('d', { start: 'a', detail: 1 }).detail,
  timezone: new Date(0).toString(),
  locale: Intl.DateTimeFormat().resolvedOptions().locale,
  stdio: [process.stdin.constructor.name, process.stdout.constructor.name, process.stderr.constructor.name, process.stdin.isTTY],
};
const look = "require('worker_threads').parentPort.postMessage([process.argv.length, process.execArgv, process._preload_modules, Object.keys(require.cache), require('fs').readdirSync('/workspace')])";
new Worker(look, { eval: true }).on('message', (seen) => {
  console.log(JSON.stringify({ ...portrait, worker: seen }, null, 1));
});
