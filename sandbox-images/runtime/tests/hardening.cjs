'use strict';
// What tests judge by must be what Node brought, not what a submission put in its place. Before anything of a submission is
// loaded, every property of the language's built-in objects becomes read-only. They can still be added to ("implement
// String.prototype.capitalize"), but for Object.prototype, through which one would reach every object there is; for
// Array.prototype see closeArrays().
//
// And what looks into a process from within is closed: heap snapshots, hooks on promises, V8's flags, tracing. The inspector,
// child processes, workers, addons, /proc and process.binding are closed by Node's permission model (see the command line).

const LANGUAGE = [
  'Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'Promise', 'Proxy', 'Reflect', 'Map',
  'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'Error', 'EvalError', 'RangeError', 'ReferenceError',
  'SyntaxError', 'TypeError', 'URIError', 'AggregateError', 'SuppressedError', 'RegExp', 'JSON', 'Math', 'Atomics', 'Intl',
  'Iterator', 'ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'DisposableStack', 'AsyncDisposableStack', 'Temporal',
  'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float16Array',
  'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'eval',
  'encodeURI', 'encodeURIComponent', 'decodeURI', 'decodeURIComponent', 'escape', 'unescape', 'Buffer', 'URL',
  'URLSearchParams', 'TextEncoder', 'TextDecoder', 'structuredClone',
];

// Objects that only syntax leads to.
function hidden() {
  const iterators = [[].values(), new Map().entries(), new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)];
  return [
    function* () {}, async function* () {}, async () => {}, Object.getPrototypeOf(Uint8Array),
    (function* () {})(), (async function* () {})(), ...iterators,
    ...(globalThis.Iterator === undefined ? [] : [Iterator.from({ next() {} }), [].values().map((x) => x)]),
  ];
}

// What tests replace for a while (vi.spyOn(Math, 'random'), mock timers), and nothing that judges relies on.
const REPLACEABLE = new Map([
  [Math, ['random']],
  [Date, ['now', 'parse', 'UTC']],
  [Error, ['stackTraceLimit', 'prepareStackTrace']], // see shieldFailures()
  [Buffer, ['poolSize']],
]);

// What is assigned to must go on working where it inherits a property that is read-only now: "this.name = 'MyError'", or
// "f.bind = ...". Where Node and V8 look up properties all the time, only for the names that programs do assign.
function inheritors() {
  const prototypes = new Set();
  for (const name of LANGUAGE) if (typeof globalThis[name]?.prototype === 'object') prototypes.add(globalThis[name].prototype);
  prototypes.add(Function.prototype).add(Date.prototype);
  const busy = new Set([Array, Promise, RegExp, ArrayBuffer, SharedArrayBuffer, Object.getPrototypeOf(Uint8Array), Iterator]
    .map(({ prototype }) => prototype));
  const usual = ['toString', 'toLocaleString', 'valueOf', 'toJSON', Symbol.toStringTag];
  return (object, key) => (busy.has(object) ? usual.includes(key) : prototypes.has(object));
}

function describeOwner(object) {
  const name = object.constructor?.name;
  return object.constructor?.prototype === object ? `${name}.prototype` : (object.name ?? 'the object');
}

function inheritable(object, key, { value, enumerable }) {
  // The package get-intrinsic, on which many others are built, takes a getter for what it is asked for unless it has this.
  const get = Object.assign(() => value, { originalValue: value });
  Object.defineProperty(object, key, {
    get: Object.freeze(get),
    set(replacement) {
      if (this === object && replacement === value) return;
      if (this === object) throw new TypeError(`${describeOwner(object)}.${String(key)} cannot be replaced while tests run`);
      Object.defineProperty(this, key, { value: replacement, writable: true, enumerable: true, configurable: true });
    },
    enumerable,
    configurable: false,
  });
}

const WELL_KNOWN = Object.getOwnPropertyNames(Symbol).map((name) => Symbol[name]).filter((value) => typeof value === 'symbol');

// What is not there yet and would change what instanceof, Object.prototype.toString, concat and await make of an object.
function claim(object) {
  for (const key of [...WELL_KNOWN, 'then']) {
    if (Object.hasOwn(object, key)) continue;
    if (key !== Symbol.hasInstance && key in object) continue;
    inheritable(object, key, { value: object[key], enumerable: false });
  }
}

// Array.prototype is closed as well: a setter for the index 0 would get hold of everything that anybody puts into an array. What
// the submission adds by name has its place beforehand, found in its sources.
function closeArrays(sources) {
  const found = [/\bprototype\s*\.\s*([A-Za-z_$][\w$]*)\s*=(?!=)/g, /\bprototype\s*\[\s*['"`]([A-Za-z_$][\w$]*)['"`]\s*\]\s*=(?!=)/g,
    /\bdefineProperty\s*\(\s*Array\s*\.\s*prototype\s*,\s*['"`]([A-Za-z_$][\w$]*)['"`]/g];
  for (const source of sources) {
    if (!source.includes('prototype')) continue;
    for (const pattern of found) {
      for (const [, name] of source.matchAll(pattern)) {
        if (name in Array.prototype) continue;
        Object.defineProperty(Array.prototype, name, { value: undefined, writable: true, enumerable: true, configurable: true });
      }
    }
  }
  Object.preventExtensions(Array.prototype);
}

// What an assertion that failed says is expected must not get to the submission, which may be asked again (t.waitFor): neither by
// Error.prepareStackTrace nor by setters that Error.prototype would have for properties of errors.
function shieldFailures() {
  const { AssertionError } = require('assert');
  const isFailure = (error) => error instanceof AssertionError || Object.hasOwn(error, 'expected') || Object.hasOwn(error, 'matcherResult');
  const wrappers = new WeakSet();
  const wrap = (prepare) => {
    const wrapper = (error, sites) => (isFailure(error) ? [`${error}`, ...sites].join('\n    at ') : prepare(error, sites));
    wrappers.add(wrapper);
    return wrapper;
  };
  const original = Error.prepareStackTrace;
  let current = original;
  Object.defineProperty(Error, 'prepareStackTrace', {
    get: () => current,
    set(prepare) { current = typeof prepare !== 'function' || prepare === original || wrappers.has(prepare) ? prepare : wrap(prepare); },
    enumerable: true,
    configurable: false,
  });
  Object.preventExtensions(Error.prototype);
}

// `sources`: of the submission.
function harden(sources) {
  const inherits = inheritors();
  const seen = new Set();
  const queue = hidden();
  for (const name of [...LANGUAGE, 'Date']) {
    const value = globalThis[name];
    if (value === undefined) continue;
    queue.push(value);
    if (name !== 'Date') Object.defineProperty(globalThis, name, { value, writable: false, configurable: false });
  }
  const later = [];
  while (queue.length > 0) {
    const object = queue.pop();
    if (object === null || (typeof object !== 'object' && typeof object !== 'function') || seen.has(object)) continue;
    seen.add(object);
    queue.push(Object.getPrototypeOf(object));
    for (const key of Reflect.ownKeys(object)) {
      const property = Object.getOwnPropertyDescriptor(object, key);
      queue.push(property.value, property.get, property.set);
      if (!property.configurable || REPLACEABLE.get(object)?.includes(key)) continue;
      if ('value' in property && property.writable && inherits(object, key)) later.push([object, key, property]);
      else Object.defineProperty(object, key, 'value' in property ? { writable: false, configurable: false } : { configurable: false });
    }
  }
  for (const name of LANGUAGE) {
    const value = globalThis[name];
    if (value?.prototype === undefined || value === Object) continue;
    claim(value);
    claim(value.prototype);
  }
  claim(Object);
  for (const [object, key, property] of later) inheritable(object, key, property);
  closeArrays(sources);
  shieldFailures();
  Object.preventExtensions(Object.prototype);
}

function freezeExports(...objects) {
  for (const object of objects) {
    for (const key of Reflect.ownKeys(object)) {
      const property = Object.getOwnPropertyDescriptor(object, key);
      if ('value' in property && property.configurable) Object.defineProperty(object, key, { writable: false, configurable: false });
    }
    Object.preventExtensions(object);
  }
}

function forbid(object, name, keys) {
  for (const key of keys) {
    if (object[key] === undefined) continue;
    const refuse = () => {
      throw Object.assign(new Error(`${name}.${key} is not available while tests run`), { code: 'ERR_ACCESS_DENIED' });
    };
    Object.defineProperty(object, key, { value: refuse, writable: false, configurable: false });
  }
}

// An exception that nobody catches is the harness's to hear of, and may be an assertion's: nobody else can take it, nor see what it
// says is expected. (The module domain takes them by setUncaughtExceptionCaptureCallback.)
function keepFailures() {
  forbid(process, 'process', ['setUncaughtExceptionCaptureCallback', 'addUncaughtExceptionCaptureCallback']);
  Object.defineProperty(process, '_fatalException', { writable: false, configurable: false });
  const kept = new Set(['uncaughtExceptionMonitor', 'unhandledRejection', 'rejectionHandled', 'multipleResolves']);
  const wrap = (emit) => function (name, ...rest) {
    return kept.has(name) || Reflect.apply(emit, this, [name, ...rest]);
  };
  let current = wrap(process.emit);
  Object.defineProperty(process, 'emit', {
    get: () => current,
    set(emit) { current = wrap(emit); }, // as the package signal-exit does
    enumerable: false,
    configurable: false,
  });
}

function closeViews() {
  const v8 = require('v8');
  forbid(v8, 'v8', ['getHeapSnapshot', 'writeHeapSnapshot', 'setHeapSnapshotNearHeapLimit', 'setFlagsFromString', 'queryObjects',
    'takeCoverage', 'stopCoverage', 'startCpuProfile', 'startHeapProfile']);
  forbid(v8.promiseHooks, 'v8.promiseHooks', ['createHook', 'onInit', 'onBefore', 'onAfter', 'onSettled']);
  forbid(require('async_hooks'), 'async_hooks', ['createHook', 'executionAsyncResource']);
  forbid(require('trace_events'), 'trace_events', ['createTracing']);
  forbid(require('inspector'), 'inspector', ['Session', 'open', 'waitForDebugger']);
  const nodeModule = require('module');
  forbid(nodeModule, 'module', ['register', 'registerHooks', 'findSourceMap', 'setSourceMapsSupport']);
  forbid(process, 'process', ['binding', '_linkedBinding', 'dlopen', 'setSourceMapsEnabled', '_getActiveHandles',
    '_getActiveRequests']);
  for (const [object, keys] of [[nodeModule, ['_load', '_resolveFilename', '_findPath', '_resolveLookupPaths', '_extensions', '_compile']],
    [nodeModule.prototype, ['require', 'load', '_compile']]]) {
    for (const key of keys) {
      if (object[key] !== undefined) Object.defineProperty(object, key, { writable: false, configurable: false });
    }
  }
  const assert = require('assert');
  const util = require('util');
  freezeExports(assert, assert.strict, assert.AssertionError.prototype, util, util.types, require('node:test'));
  // assert.match() compares itself with the one here. Who makes an Assert gives it some of them under other names.
  if (assert.Assert !== undefined) {
    const { prototype } = assert.Assert;
    for (const key of Reflect.ownKeys(prototype)) inheritable(prototype, key, Object.getOwnPropertyDescriptor(prototype, key));
    Object.preventExtensions(prototype);
  }
  // What is said of calls by mocks, which share their prototypes with those that the submission makes.
  const { mock } = require('node:test');
  for (const object of [mock, mock.fn().mock, mock.property({ a: 1 }, 'a').mock]) Object.freeze(Object.getPrototypeOf(object));
  mock.reset();
  keepFailures();
  nodeModule.syncBuiltinESMExports();
}

module.exports = { harden, closeViews };
