// Gives what a program starts the hook that the program itself has: Nodes that are its child processes, and worker threads
// with an execArgv of their own. (Other worker threads take over what the process was started with.) The hook takes itself
// out of process.execArgv there as well. Loaded when the program loads a module that can start something.
'use strict';

const { subscribe } = require('node:diagnostics_channel');
const { basename } = require('node:path');

const flags = ['--require', require.resolve('./typescript.cjs')];

// Of each child, before it is started: its constructor publishes it. Those that the program waits for (spawnSync) are not
// published.
function followProcess({ process: child }) {
  const spawn = (options) => {
    delete child.spawn;
    const { file, args } = options;
    const isNode = file === process.execPath || basename(String(file)) === 'node';
    if (!isNode || !Array.isArray(args)) return child.spawn(options);
    try {
      return child.spawn({ ...options, args: [args[0], ...flags, ...args.slice(1)] });
    } finally {
      child.spawnargs = args;
    }
  };
  Object.defineProperty(child, 'spawn', { configurable: true, value: spawn });
}

function construct(Worker, [file, options, ...rest], newTarget) {
  const own = Array.isArray(options?.execArgv) ? { ...options, execArgv: [...flags, ...options.execArgv] } : options;
  return Reflect.construct(Worker, [file, own, ...rest], newTarget);
}

const starters = new Map([
  ['node:child_process', () => subscribe('child_process', followProcess)],
  [
    'node:worker_threads',
    () => {
      const threads = require('node:worker_threads');
      threads.Worker = new Proxy(threads.Worker, { construct });
      Object.defineProperty(threads.Worker.prototype, 'constructor', { value: threads.Worker });
    },
  ],
]);
starters.set('node:cluster', starters.get('node:child_process'));

exports.follow = function follow(url) {
  const start = starters.get(url);
  for (const [name, same] of starters) if (same === start) starters.delete(name);
  start?.();
};
