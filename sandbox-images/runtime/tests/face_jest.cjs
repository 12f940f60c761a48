'use strict';
// The words that Jest, Vitest and Mocha have in common, on the harness's scheduler: as globals, and as what '@jest/globals',
// 'vitest' and 'mocha' export. Module mocks and snapshots are not here.
const { format, inspect } = require('util');
const nodeTest = require('node:test');
const { whenSettled, Failure } = require('./scheduler.cjs');

const MockTracker = nodeTest.mock.constructor;

// '%s' and the like take values of a row in turn, '%#' its number, '$name' a property of an object.
function titleOf(template, row, index) {
  const values = Array.isArray(row) ? [...row] : [row];
  let title = String(template).replaceAll('%#', String(index)).replaceAll('%$', String(index + 1));
  title = title.replace(/%p/g, () => inspect(values.shift()));
  if (row !== null && typeof row === 'object' && !Array.isArray(row)) {
    title = title.replace(/\$([\w.]+)/g, (all, path) => {
      let value = row;
      for (const key of path.split('.')) value = value?.[key];
      return value === undefined && !Object.hasOwn(row, path) ? all : typeof value === 'string' ? value : inspect(value);
    });
  }
  const wanted = title.match(/%[sdifjoOc]/g)?.length ?? 0;
  return wanted === 0 ? title.replaceAll('%%', '%') : format(title, ...values.slice(0, wanted));
}

// Rows of a table: an array, or a template literal with a heading.
function rowsOf(table, values) {
  if (!Array.isArray(table) || table.raw === undefined) return table;
  const heading = table[0].split('\n').find((line) => line.trim() !== '').split('|').map((name) => name.trim());
  const rows = [];
  for (let at = 0; at < values.length; at += heading.length) {
    rows.push(Object.fromEntries(heading.map((name, i) => [name, values[at + i]])));
  }
  return rows;
}

function createClock() {
  const tracker = new MockTracker();
  const { timers } = tracker;
  let on = false;
  const fake = (given) => {
    if (on) timers.reset();
    const now = given?.now instanceof Date ? given.now.getTime() : given?.now;
    timers.enable(now === undefined ? {} : { now });
    on = true;
  };
  return {
    fake,
    real() {
      if (on) timers.reset();
      on = false;
    },
    isFake: () => on,
    tick: (milliseconds) => timers.tick(milliseconds),
    runAll: () => timers.runAll(),
    setTime(time) {
      if (!on) fake();
      timers.setTime(time instanceof Date ? time.getTime() : Number(time));
    },
  };
}

// `jest` and `vi`: mocks of functions, and a clock.
function createToolbox(scheduler, loadMock, defaults) {
  const { ModuleMocker } = loadMock();
  const mocker = new ModuleMocker(globalThis);
  const clock = createClock();
  const stubbed = [];
  const unavailable = (name) => () => {
    throw new Error(`${name} is not available here: modules are what they are`);
  };
  const tools = {
    fn: (implementation) => mocker.fn(implementation),
    spyOn: (...args) => mocker.spyOn(...args),
    replaceProperty: (...args) => mocker.replaceProperty(...args),
    mocked: (value) => value,
    isMockFunction: (value) => mocker.isMockFunction(value),
    clearAllMocks: () => (mocker.clearAllMocks(), tools),
    resetAllMocks: () => (mocker.resetAllMocks(), tools),
    restoreAllMocks: () => (mocker.restoreAllMocks(), tools),
    useFakeTimers: (given) => (clock.fake(given), tools),
    useRealTimers: () => (clock.real(), tools),
    isFakeTimers: () => clock.isFake(),
    advanceTimersByTime: (milliseconds) => (clock.tick(milliseconds), tools),
    async advanceTimersByTimeAsync(milliseconds) {
      await undefined;
      clock.tick(milliseconds);
      await undefined;
    },
    runAllTimers: () => (clock.runAll(), tools),
    async runAllTimersAsync() {
      await undefined;
      clock.runAll();
      await undefined;
    },
    setSystemTime: (time) => (clock.setTime(time), tools),
    setTimeout: (milliseconds) => ((defaults.timeout = milliseconds), tools),
    setConfig: (given) => ((defaults.timeout = given?.testTimeout ?? defaults.timeout), tools),
    stubGlobal(name, value) {
      stubbed.push([globalThis, name, Object.getOwnPropertyDescriptor(globalThis, name)]);
      Object.defineProperty(globalThis, name, { value, writable: true, enumerable: true, configurable: true });
      return tools;
    },
    stubEnv(name, value) {
      stubbed.push([process.env, name, Object.getOwnPropertyDescriptor(process.env, name)]);
      process.env[name] = value;
      return tools;
    },
    unstubAllGlobals() {
      for (const [object, name, property] of stubbed.splice(0).reverse()) {
        if (property === undefined) delete object[name];
        else Object.defineProperty(object, name, property);
      }
      return tools;
    },
    mock: unavailable('mock()'),
    doMock: unavailable('doMock()'),
    unmock: unavailable('unmock()'),
    importActual: unavailable('importActual()'),
  };
  tools.unstubAllEnvs = tools.unstubAllGlobals;
  tools.hoisted = (make) => make();
  return tools;
}

// `style`: 'vitest' hands tests a context, the others a callback.
function createJestFace(scheduler, { style, expect, tools, defaults }) {
  const callback = (finish) => {
    const done = (error) => finish(error ? new Failure(error) : undefined);
    done.fail = (error) => finish(new Failure(error ?? new Error('done.fail() was called')));
    return done;
  };

  function mochaContext(node) {
    return {
      timeout(milliseconds) {
        if (milliseconds === undefined) return node.options.timeout;
        node.options.timeout = milliseconds === 0 ? Infinity : milliseconds;
        return this;
      },
      slow() { return this; },
      retries() { return this; },
      skip() {
        node.skippedInside = true;
        throw SKIP;
      },
      test: { title: node.name },
      currentTest: { title: node.name },
    };
  }
  const SKIP = Symbol('skip');

  function invoke(fn, node, args, finish) {
    const end = (failure) => finish(failure !== undefined && failure.error === SKIP ? undefined : failure);
    try {
      if (style === 'vitest') {
        const context = {
          task: { name: node.name },
          expect,
          skip(note) {
            node.skippedInside = true;
            node.skipMessage = typeof note === 'string' ? note : '';
            throw SKIP;
          },
          onTestFinished: (cleanup) => node.cleanups?.push((done) => whenSettled(cleanup(), done)),
          onTestFailed() {},
        };
        return whenSettled(Reflect.apply(fn, undefined, [...args, ...(args.length === 0 ? [context] : [])]), end);
      }
      if (fn.length > args.length) return void Reflect.apply(fn, mochaContext(node), [...args, callback(end)]);
      whenSettled(Reflect.apply(fn, mochaContext(node), args), end);
    } catch (error) {
      end(new Failure(error));
    }
  }

  // expect.assertions() and expect.hasAssertions(), of the test or of its hooks.
  function missed() {
    const [first] = expect?.extractExpectedAssertionsErrors() ?? [];
    return first && new Failure(first.error);
  }

  // (name, fn, timeout), (name, options, fn)
  function parse(args) {
    const [name, second, third] = args;
    const fn = typeof second === 'function' ? second : typeof third === 'function' ? third : undefined;
    const given = typeof second === 'object' && second !== null ? second : typeof third === 'object' && third !== null ? third : {};
    const own = { __proto__: null };
    for (const key of Object.keys(given)) own[key] = given[key];
    const timeout = typeof third === 'number' ? third : own.timeout;
    return { name: typeof name === 'function' ? name.name : name, fn, own: Object.assign(own, { timeout: timeout ?? defaults.timeout }) };
  }

  function addTest(args, extra, row = []) {
    const { name, fn, own } = parse(args);
    const node = scheduler.addTest(name, Object.assign(own, extra), fn, (test, finish) => invoke(fn, test, row, finish));
    node.missed = missed;
    return { timeout: (milliseconds) => ((node.options.timeout = milliseconds), node) };
  }

  function addSuite(args, extra, row = []) {
    const { name, fn, own } = parse(args);
    delete own.timeout;
    scheduler.addSuite(name, Object.assign(own, extra), fn && ((node) => Reflect.apply(fn, mochaContext(node), row)));
  }

  function word(add) {
    const make = (extra) => {
      const call = (...args) => add(args, extra);
      const each = (table, ...values) => (name, fn, timeout) => {
        rowsOf(table, values).forEach((row, index) => {
          add([titleOf(name, row, index), fn, timeout].slice(0, timeout === undefined ? 2 : 3), extra, Array.isArray(row) ? row : [row]);
        });
      };
      return Object.assign(call, {
        each,
        for: (table) => (name, fn, timeout) => {
          table.forEach((row, index) => add([titleOf(name, row, index), fn, timeout].slice(0, timeout === undefined ? 2 : 3), extra, [row]));
        },
      });
    };
    const main = make({});
    for (const [key, extra] of [['skip', { skip: true }], ['only', { only: true }], ['todo', { todo: true, skip: true }],
      ['failing', { expectFailure: true }], ['fails', { expectFailure: true }], ['concurrent', {}], ['sequential', {}]]) {
      main[key] = make(extra);
    }
    main.skipIf = (condition) => (condition ? main.skip : main);
    main.runIf = (condition) => (condition ? main : main.skip);
    return main;
  }

  const hook = (kind) => (...args) => {
    const fn = args.find((arg) => typeof arg === 'function');
    const timeout = args.find((arg) => typeof arg === 'number');
    scheduler.addHook(kind, (finish, node) => invoke(fn, node, [], finish), timeout ?? defaults.timeout);
  };

  const test = word(addTest);
  const describe = word(addSuite);
  const hooks = { beforeEach: hook('beforeEach'), afterEach: hook('afterEach'), beforeAll: hook('before'), afterAll: hook('after') };
  return {
    describe, suite: describe, context: describe, xdescribe: describe.skip, fdescribe: describe.only,
    test, it: test, specify: test, xit: test.skip, xtest: test.skip, fit: test.only,
    ...hooks, before: hooks.beforeAll, after: hooks.afterAll,
    ...(expect === undefined ? {} : { expect }),
    ...(tools === undefined ? {} : style === 'vitest' ? { vi: tools, vitest: tools } : { jest: tools }),
  };
}

module.exports = { createJestFace, createToolbox };
