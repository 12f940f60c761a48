'use strict';
// node:test for test files, on the harness's scheduler: test, it, suite, describe, hooks, contexts with subtests, plans, mocks.
// Mocks are Node's own (MockTracker). Snapshots, run() and the command line's switches are not here.
const { face: assert } = require('./face_assert.cjs');
const nodeTest = require('node:test');
const { whenSettled, Failure } = require('./scheduler.cjs');

const MockTracker = nodeTest.mock.constructor;
const { setInterval, clearInterval } = globalThis;

// Only own properties count: a submission must not switch tests off through a prototype.
function options(given) {
  const own = { __proto__: null };
  if (given !== null && typeof given === 'object') for (const key of Object.keys(given)) own[key] = given[key];
  return own;
}

// name, options and function, each of which may be left out.
function parse(args) {
  const name = typeof args[0] === 'string' ? args.shift() : undefined;
  const given = args[0] !== null && typeof args[0] === 'object' ? args.shift() : {};
  const fn = typeof args[0] === 'function' ? args[0] : undefined;
  return { name: name ?? (fn?.name || '<anonymous>'), given: options(given), fn };
}

function planned(context, plan, finish) {
  return (failure) => {
    if (failure !== undefined || plan.expected === undefined || plan.expected === plan.seen) return finish(failure);
    finish(new Failure(new assert.AssertionError({ message: `plan expected ${plan.expected} assertions but received ${plan.seen}` })));
  };
}

function createContext(scheduler, test, file, plan) {
  const mock = new MockTracker();
  test.cleanups.push((finish) => {
    mock.reset();
    finish();
  });
  let subtests = Promise.resolve();
  const hook = (kind) => (fn, given) => addHook(scheduler, kind, fn, options(given), test);
  const counted = {};
  for (const name of Object.keys(assert)) {
    if (typeof assert[name] !== 'function' || name === 'strict' || /^[A-Z]/.test(name)) continue;
    counted[name] = (...args) => {
      const returned = assert[name](...args); // one that fails in a callback throws into the submission, which may catch it
      plan.seen++;
      return returned;
    };
  }
  const controller = new AbortController();
  test.cleanups.push((finish) => {
    controller.abort();
    finish();
  });
  return {
    context: {
      name: test.name,
      get fullName() { return fullName(test); },
      filePath: file,
      signal: controller.signal,
      mock,
      assert: counted,
      before: (fn, given) => whenever(fn, given),
      after: hook('afterSelf'),
      beforeEach: hook('beforeEach'),
      afterEach: hook('afterEach'),
      diagnostic() {},
      runOnly() {},
      plan(count) {
        plan.expected = count;
      },
      skip(message) {
        test.skippedInside = true;
        test.skipMessage = typeof message === 'string' ? message : '';
      },
      todo() {
        test.options.todo = true;
      },
      test(...args) {
        plan.seen++;
        const { name, given, fn } = parse(args);
        const child = addTest(scheduler, name, given, fn, file, test);
        test.children.push(child);
        subtests = subtests.then(() => scheduler.runTest(child));
        return subtests;
      },
      async waitFor(condition, given) {
        const { interval = 50, timeout = 1000 } = options(given);
        return new Promise((resolve, reject) => {
          let last;
          let waited = 0;
          const timer = setInterval(() => {
            waited += interval;
            if (waited > timeout) {
              clearInterval(timer);
              reject(new Error('waitFor() timed out', { cause: last }));
            }
            attempt();
          }, interval);
          const attempt = () => whenSettled((async () => condition())(), (failure) => {
            if (failure !== undefined) {
              last = failure.error;
              return;
            }
            clearInterval(timer);
            resolve(undefined);
          });
          attempt();
        });
      },
    },
    subtests: () => subtests,
  };

  function whenever(fn) {
    subtests = subtests.then(() => fn());
  }
}

function fullName(test) {
  const names = [];
  for (let node = test; node.parent !== null; node = node.parent) names.unshift(node.name);
  return names.join(' > ');
}

function addHook(scheduler, kind, fn, given, owner) {
  const call = (finish, node) => {
    const context = { name: node.name };
    if (fn.length > 1) fn(context, (error) => finish(error ? new Failure(error) : undefined));
    else whenSettled(fn(context), finish);
  };
  if (kind === 'afterSelf') owner.cleanups.push((finish) => call(finish, owner));
  else scheduler.addHook(kind, call, given.timeout ?? Infinity, owner);
}

function addTest(scheduler, name, given, fn, file, parent) {
  return scheduler.addTest(name, given, fn, (test, finish) => {
    const plan = { expected: typeof given.plan === 'number' ? given.plan : undefined, seen: 0 };
    const { context, subtests } = createContext(scheduler, test, file, plan);
    const done = planned(context, plan, finish);
    if (fn.length > 1) {
      Reflect.apply(fn, context, [context, (error) => done(error ? new Failure(error) : undefined)]);
      return;
    }
    const returned = Reflect.apply(fn, context, [context]);
    whenSettled(returned, (failure) => {
      if (failure !== undefined) done(failure);
      else whenSettled(subtests(), done);
    });
  }, parent);
}

// What test() gives back. It is awaited at the top level of a file to have tests run where they are defined.
function awaitable(scheduler, test) {
  return {
    then: (resolve, reject) => scheduler.runUpTo(test).then(() => resolve?.(undefined), reject),
    catch: () => awaitable(scheduler, test),
    finally: (call) => scheduler.runUpTo(test).then(call),
  };
}

function createNodeFace(scheduler, file) {
  function test(...args) {
    return add(args, {});
  }
  function add(args, extra) {
    const { name, given, fn } = parse(args);
    const inSuite = scheduler.inSuite();
    const node = addTest(scheduler, name, Object.assign(given, extra), fn, file);
    return inSuite || !scheduler.isCollecting() ? Promise.resolve() : awaitable(scheduler, node);
  }
  function suite(...args) {
    return addSuite(args, {});
  }
  function addSuite(args, extra) {
    const { name, given, fn } = parse(args);
    scheduler.addSuite(name, Object.assign(given, extra), fn && ((node) => fn({ name: node.name, signal: new AbortController().signal })));
    return Promise.resolve();
  }
  for (const key of ['skip', 'todo', 'only']) {
    test[key] = (...args) => add(args, { [key]: true });
    suite[key] = (...args) => addSuite(args, { [key]: true });
  }
  test.expectFailure = (...args) => add(args, { expectFailure: true });
  const hook = (kind) => (fn, given) => addHook(scheduler, kind, fn, options(given));
  const unavailable = (name) => () => {
    throw new Error(`node:test has no ${name} here`);
  };
  return Object.assign(test, {
    test,
    it: test,
    suite,
    describe: suite,
    before: hook('before'),
    after: hook('after'),
    beforeEach: hook('beforeEach'),
    afterEach: hook('afterEach'),
    mock: new MockTracker(),
    run: unavailable('run()'),
    snapshot: { setDefaultSnapshotSerializers: unavailable('snapshots'), setResolveSnapshotPath: unavailable('snapshots') },
  });
}

module.exports = { createNodeFace };
