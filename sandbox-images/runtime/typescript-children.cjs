// Gives what a program starts the hook that the program itself has: Nodes that are its child processes, and worker threads
// with an execArgv of their own. (Other worker threads take over what the process was started with.) The hook takes itself
// out of process.execArgv there as well.
'use strict';

const { basename } = require('node:path');

exports.follow = function follow(hook) {
  const flags = ['--require', hook];

  // Published by the constructor, which is before anything is started. Children that the program waits for (spawnSync) are
  // not announced.
  require('node:diagnostics_channel').subscribe('child_process', ({ process: child }) => {
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
  });

  const threads = require('node:worker_threads');
  threads.Worker = new Proxy(threads.Worker, {
    construct(Worker, [file, options, ...rest], newTarget) {
      const own = Array.isArray(options?.execArgv) ? { ...options, execArgv: [...flags, ...options.execArgv] } : options;
      return Reflect.construct(Worker, [file, own, ...rest], newTarget);
    },
  });
  Object.defineProperty(threads.Worker.prototype, 'constructor', { value: threads.Worker });
};
