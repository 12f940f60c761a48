'use strict';
// Suites and tests: collected while the test file is loaded, run one after the other, each result told as it comes.
//
// Of promises that a submission may have made nothing is used but the built-in `then`, which nobody can replace; of the
// clock and the timers the functions that were there at the start.
const { types, getCallSites } = require('util');
const { describeFailure } = require('./failures.cjs');

const { setTimeout, clearTimeout, setImmediate } = globalThis;
const now = process.hrtime.bigint;
const promiseThen = Promise.prototype.then;
const NEVER = 'it never finished: nothing is left that could finish it';

// No array: what a promise is resolved with must not be something that can be given a `then`.
class Failure {
  constructor(error) {
    this.error = error;
  }
}

class Suite {
  constructor(parent, name, options) {
    this.kind = 'suite';
    this.parent = parent;
    this.name = name;
    this.options = options;
    this.hooks = { before: [], after: [], beforeEach: [], afterEach: [] };
    this.children = [];
    this.loading = undefined;
    this.started = false;
    this.failure = undefined;
  }
}

function pathOf(node) {
  return node.parent === null ? [] : [...pathOf(node.parent), node.name];
}

// Calls back once, when what a test or hook returned has settled. What is no promise has.
function whenSettled(value, done) {
  if (types.isPromise(value)) {
    Reflect.apply(promiseThen, value, [() => done(), (error) => done(new Failure(error))]);
    return;
  }
  let then;
  try {
    then = value !== null && (typeof value === 'object' || typeof value === 'function') ? value.then : undefined;
    if (typeof then !== 'function') return done();
    Reflect.apply(then, value, [() => done(), (error) => done(new Failure(error))]);
  } catch (error) {
    done(new Failure(error));
  }
}

function createScheduler({ channel, file, path }) {
  const root = new Suite(null, '', {});
  let current = root; // where describe, test and hooks add to
  let running = undefined; // what an uncaught error belongs to: { fail }
  let focused = false;
  let collecting = true;
  let stray = undefined;

  // No listener, which the submission could remove.
  process.setUncaughtExceptionCaptureCallback((error) => {
    if (running !== undefined) running.fail(error);
    else stray ??= new Failure(error);
  });
  // Nothing is left to do and something is still awaited. One more turn, so that it happens again for the next.
  process.on('beforeExit', () => {
    if (running === undefined) return;
    setImmediate(() => {});
    running.fail(new Error(NEVER));
  });

  // Runs `call` to its end, that of a promise or of a callback it is given: a Failure or undefined.
  function attempt(call, milliseconds, what) {
    return new Promise((resolve) => {
      let over = false;
      let timer;
      const outer = running;
      const finish = (failure) => {
        if (over) return;
        over = true;
        if (timer !== undefined) clearTimeout(timer);
        running = outer;
        resolve(failure);
      };
      running = { fail: (error) => finish(new Failure(error)) };
      if (Number.isFinite(milliseconds) && milliseconds > 0) {
        timer = setTimeout(() => finish(new Failure(new Error(`${what} took longer than its timeout of ${milliseconds} ms`))), milliseconds);
      }
      try {
        call(finish);
      } catch (error) {
        finish(new Failure(error));
      }
    });
  }

  function report(node, outcome, fields = {}) {
    channel.ended({ path: pathOf(node), outcome, line: node.line, column: node.column, ...fields });
  }

  function reportFailure(node, failure, ns) {
    const described = describeFailure(failure.error, path);
    report(node, 'failed', { ns, ...described, line: described.line ?? node.line, column: described.column ?? node.column });
  }

  function selected(node) {
    if (!focused) return true;
    for (let each = node; each !== null; each = each.parent) if (each.options.only) return true;
    return node.kind === 'suite' && node.children.some((child) => selected(child));
  }

  function skipped(node) {
    for (let each = node; each !== null; each = each.parent) if (each.options.skip) return true;
    return false;
  }

  function lineage(node) {
    return node === null ? [] : [...lineage(node.parent), node];
  }

  async function runHooks(suite, kind, node) {
    for (const hook of suite.hooks[kind]) {
      const failure = await attempt((finish) => hook.call(finish, node), hook.timeout, `a ${kind} hook`);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  async function runTest(test) {
    if (test.started) return;
    test.started = true;
    if (skipped(test) || test.fn === undefined || !selected(test)) {
      return report(test, 'skipped', { message: test.options.todo ? 'todo' : '' });
    }
    channel.started(pathOf(test));
    test.missed?.(); // what one before has left
    const begin = now();
    const suites = lineage(test.parent);
    let failure;
    for (const suite of suites) {
      failure ??= suite.failure;
      if (failure === undefined) failure = await runHooks(suite, 'beforeEach', test);
    }
    if (failure === undefined) failure = await attempt((finish) => test.run(finish), test.options.timeout, 'the test');
    for (const cleanup of test.cleanups.splice(0)) {
      const late = await attempt((finish) => cleanup(finish), Infinity, 'clean-up');
      failure ??= late;
    }
    for (const suite of suites.reverse()) {
      const late = await runHooks(suite, 'afterEach', test);
      failure ??= late;
    }
    failure ??= stray ?? test.missed?.();
    stray = undefined;
    if (failure === undefined && test.children.some((child) => child.failed)) {
      failure = new Failure(new Error(`${test.children.filter((child) => child.failed).length} of its subtests failed`));
    }
    const ns = Number(now() - begin);
    if (test.options.expectFailure) {
      failure = failure === undefined ? new Failure(new Error('it was expected to fail, and passed')) : undefined;
    }
    if (test.skippedInside) report(test, 'skipped', { ns, message: test.skipMessage });
    else if (failure !== undefined && test.options.todo) report(test, 'skipped', { ns, message: 'todo' });
    else if (failure === undefined) report(test, 'passed', { ns });
    else {
      test.failed = true;
      reportFailure(test, failure, ns);
    }
    test.resolve?.();
  }

  // Something of it is still to be run.
  function wanted(node) {
    if (node.kind === 'suite') return !node.finished && node.children.some(wanted);
    return !node.started && !skipped(node) && selected(node) && node.fn !== undefined;
  }

  async function begin(suite) {
    if (suite.started) return;
    suite.started = true;
    if (suite.loading !== undefined) suite.failure ??= await attempt((finish) => whenSettled(suite.loading, finish), Infinity, 'the suite');
    // That of a suite is told by its tests, where there are any to be run.
    const own = suite.failure !== undefined && suite.failure !== suite.parent?.failure && !skipped(suite);
    if (own && !suite.children.some(wanted)) return reportFailure(suite, suite.failure);
    if (suite.failure === undefined && suite.children.some(wanted)) suite.failure = await runHooks(suite, 'before', suite);
  }

  async function runSuite(suite) {
    if (suite.parent?.failure !== undefined) suite.failure ??= suite.parent.failure;
    await begin(suite);
    // Tests may be added while others run.
    for (let i = 0; i < suite.children.length; ++i) await run(suite.children[i]);
    const failure = await runHooks(suite, 'after', suite);
    if (failure !== undefined) reportFailure({ parent: suite, name: 'after hook' }, failure);
  }

  function run(node) {
    return node.kind === 'suite' ? runSuite(node) : runTest(node);
  }

  // Those before `last` in the file, and itself. For a test that is awaited where it is defined.
  let turn = Promise.resolve();
  function runUpTo(last) {
    turn = turn.then(async () => {
      await begin(root);
      for (const child of root.children) {
        if (child.kind === 'test') await runTest(child);
        else if (!child.finished) {
          child.finished = true;
          await runSuite(child);
        }
        if (child === last) return;
      }
    });
    return turn;
  }

  function locate(node) {
    try {
      for (const site of getCallSites(12)) {
        if (!site.scriptName.includes(path)) continue;
        node.line = site.lineNumber;
        node.column = site.column ?? site.columnNumber;
        return;
      }
    } catch {
      // No position, then.
    }
  }

  function addSuite(name, options, fn) {
    const suite = new Suite(current, String(name), options);
    locate(suite);
    if (options.only) focused = true;
    current.children.push(suite);
    const outer = current;
    current = suite;
    try {
      if (fn !== undefined) suite.loading = fn(suite);
    } catch (error) {
      suite.failure = new Failure(error);
    } finally {
      current = outer;
    }
    return suite;
  }

  // `run(finish)` does the test and calls finish() or finish(a Failure) at its end.
  function addTest(name, options, fn, run, parent = current) {
    const test = {
      kind: 'test', parent, name: String(name), options, fn, cleanups: [], children: [], started: false, failed: false,
      hooks: { before: [], after: [], beforeEach: [], afterEach: [] }, skippedInside: false, skipMessage: '',
      missed: undefined, // () => a Failure, if assertions that were announced have not been made
    };
    test.run = (finish) => run(test, finish);
    locate(test);
    if (options.only) focused = true;
    if (parent.kind === 'suite') parent.children.push(test);
    return test;
  }

  return {
    addSuite,
    addTest,
    runTest,
    attempt,
    addHook(kind, call, timeout, owner = current) {
      owner.hooks[kind].push({ call, timeout });
    },
    isCollecting: () => collecting,
    inSuite: () => current !== root,
    runUpTo,
    // Loads the file, runs what it has defined, and says how loading it failed, if it did.
    async runAll(load) {
      const failure = await attempt((finish) => whenSettled(load(), finish), Infinity, 'loading the file');
      collecting = false;
      await turn;
      root.failure ??= failure ?? stray;
      stray = undefined;
      if (root.failure !== undefined && !root.children.some(wanted)) {
        reportFailure({ parent: root, name: file }, root.failure);
        root.started = true;
      }
      await begin(root);
      for (const child of root.children) {
        if (child.kind === 'suite' && child.finished) continue;
        await run(child);
      }
      const late = await runHooks(root, 'after', root);
      if (late !== undefined) reportFailure({ parent: root, name: 'after hook' }, late);
      if (stray !== undefined) reportFailure({ parent: root, name: file }, stray);
    },
  };
}

module.exports = { createScheduler, whenSettled, Failure };
