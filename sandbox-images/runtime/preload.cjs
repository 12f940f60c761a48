'use strict';
// Loaded with --require before every program, so that a program cannot tell how its Node was started. All starts pay for what is
// here; what only a parked Node needs is in parked.cjs.
//
// Nothing of these files stays that a program can reach: no module, property, listener or descriptor. All of it runs before
// the program does, so the prototypes it relies on are still Node's own; the clocks, which stay, use only what they captured.

const Module = require('module');
// Under this name worker threads find what was required at the hand-over, which no flag of theirs says.
const HOOKS = '\0runner hooks';

// A worker thread loads this too, with its own copy of the flags, and never waits. What only the main thread may do tells.
if (process.abort.disabled === true) {
  if (process.execArgv.includes(__filename)) process.execArgv = [];
  for (const hook of require('worker_threads').getEnvironmentData(HOOKS) ?? []) require(hook);
} else {
  // How Node was started is the sandbox's business: `node main.js` has no flags.
  process.execArgv = [];
  if (process.env.RUNNER_PARK !== undefined) require('./parked.cjs')(Number(process.env.RUNNER_PARK), requireHooks);
}
forget();

function forget() {
  const list = Object.getOwnPropertyDescriptor(process, '_preload_modules');
  Object.defineProperty(process, '_preload_modules', { ...list, value: [] });
  for (const cache of [Module._cache, Module._pathCache]) {
    for (const key of Object.keys(cache)) delete cache[key];
  }
}

// Those at the beginning of `args`, which are taken away; the files.
function requireHooks(args) {
  const hooks = [];
  while (args[0] === '--require') hooks.push(args.splice(0, 2)[1]);
  if (hooks.length === 0) return hooks;
  require('worker_threads').setEnvironmentData(HOOKS, hooks);
  for (const hook of hooks) require(hook);
  forget();
  return hooks;
}
