'use strict';
// Makes what a program sees of time and chance a function of its input: loaded by --require before the program, in the main
// thread and in each worker, for runs that ask for it. docs/grading.md lists what follows it and what does not.
//
// Time stands still, but for two things. A timer that fires brings it to the moment for which it was set; timers fire in the order
// of those moments, whatever time they really take. And each look at a clock takes a microsecond, so that a program that waits
// for the clock in a loop gets to the end of it. As computing takes no time, immediates come before timers.
//
// Functions are proxies of the originals: names, lengths and errors are Node's.
const { AsyncLocalStorage } = require('async_hooks');
const crypto = require('crypto');
const nodeModule = require('module');
const { performance } = require('perf_hooks');
const timers = require('timers');
const timersPromises = require('timers/promises');
const { setFlagsFromString } = require('v8');
const { getEnvironmentData, isMainThread, setEnvironmentData, threadId } = require('worker_threads');

const apply = Reflect.apply;
const LOOK = 0.001; // milliseconds
const LONGEST = 2 ** 31 - 1;
const SETTINGS = '\0runner determinism';

const settings = isMainThread ? process.env.RUNNER_DETERMINISM : getEnvironmentData(SETTINGS);
delete process.env.RUNNER_DETERMINISM;
if (isMainThread) setEnvironmentData(SETTINGS, settings);
const [seed, startText] = settings.split(' ');
const start = Number(startText);

function replace(object, key, make) {
  const property = Object.getOwnPropertyDescriptor(object, key);
  if (property === undefined) return;
  const kind = property.get === undefined ? 'value' : 'get';
  property[kind] = new Proxy(property[kind], { __proto__: null, apply: make });
  Object.defineProperty(object, key, property);
}

// ------------------------------------------------------------------------------------------------------------ the clock

let now = 0; // milliseconds since the start

function look() {
  now += LOOK;
  return now;
}

function dates() {
  const { Date } = globalThis;
  const date = () => start + Math.floor(look());
  replace(Date, 'now', date);
  const replaced = new Proxy(Date, {
    __proto__: null,
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [date()] : args, newTarget),
    apply: (target) => new target(date()).toString(),
  });
  Object.defineProperty(globalThis, 'Date', { ...Object.getOwnPropertyDescriptor(globalThis, 'Date'), value: replaced });
  Object.defineProperty(Date.prototype, 'constructor', { ...Object.getOwnPropertyDescriptor(Date.prototype, 'constructor'), value: replaced });
}

function clocks() {
  const prototype = Object.getPrototypeOf(performance);
  replace(prototype, 'now', () => look());
  replace(prototype, 'timeOrigin', () => start);
  const withOwnTime = (position) => (target, self, args) => {
    const given = args[position];
    if (args.length === 0 || typeof given === 'string') return apply(target, self, args);
    const options = { __proto__: null, ...given };
    if (position === 1 && target === mark) options.startTime ??= look();
    return apply(target, self, [args[0], options]);
  };
  const { mark } = prototype;
  replace(prototype, 'mark', withOwnTime(1));
  replace(prototype, 'measure', (target, self, args) => {
    const from = args[1];
    if (args.length === 0 || args[2] !== undefined) return apply(target, self, args);
    if (typeof from !== 'object' || from === null) return apply(target, self, [args[0], from, look()]);
    const complete = from.end !== undefined || (from.start !== undefined && from.duration !== undefined);
    return apply(target, self, [args[0], complete ? from : { __proto__: null, ...from, end: look() }]);
  });
  const nanoseconds = () => Math.floor(look() * 1e6);
  const { bigint } = process.hrtime;
  replace(process, 'hrtime', (target, self, args) => {
    const time = nanoseconds();
    if (args[0] === undefined) return [Math.floor(time / 1e9), time % 1e9];
    apply(target, self, args); // for its errors
    const since = time - (args[0][0] * 1e9 + args[0][1]);
    return [Math.floor(since / 1e9), ((since % 1e9) + 1e9) % 1e9];
  });
  process.hrtime.bigint = new Proxy(bigint, { __proto__: null, apply: () => BigInt(nanoseconds()) });
  replace(process, 'uptime', () => look() / 1000);
}

// Node's own read a clock of their own.
function consoleTimers() {
  const begun = new Map();
  const text = (milliseconds) => {
    if (milliseconds >= 60000) {
      const minutes = Math.floor(milliseconds / 60000);
      const seconds = ((milliseconds % 60000) / 1000).toFixed(3).padStart(6, '0');
      if (minutes < 60) return `${minutes}:${seconds} (m:ss.mmm)`;
      return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${seconds.slice(0, 2)} (h:mm:ss)`;
    }
    return milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(3)}s` : `${Number(milliseconds.toFixed(3))}ms`;
  };
  const warn = (label, name, what) => process.emitWarning(`${what} '${label}' for console.${name}()`);
  const write = (name) => (target, self, [label = 'default', ...data]) => {
    label = `${label}`;
    if (!begun.has(label)) return warn(label, name, 'No such label');
    self.log('%s: %s', label, text(look() - begun.get(label)), ...data);
    if (name === 'timeEnd') begun.delete(label);
    return undefined;
  };
  replace(console, 'time', (target, self, [label = 'default']) => {
    label = `${label}`;
    if (begun.has(label)) return process.emitWarning(`Label '${label}' already exists for console.time()`);
    begun.set(label, look());
    return undefined;
  });
  replace(console, 'timeLog', write('timeLog'));
  replace(console, 'timeEnd', write('timeEnd'));
}

// ------------------------------------------------------------------------------------------------------------ timers

// Those that are set, in the order in which they will fire: by the moment, and of the same moment by when they were set.
const pending = [];
const known = new WeakMap(); // by Node's Timeout
let order = 0;

function place(timer) {
  timer.turn = turn;
  timer.due = now + timer.delay;
  timer.order = ++order;
  let low = 0;
  let high = pending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pending[middle].due <= timer.due) low = middle + 1;
    else high = middle;
  }
  pending.splice(low, 0, timer);
}

function displace(timer) {
  const at = pending.indexOf(timer);
  if (at >= 0) pending.splice(at, 1);
}

function next() {
  while (pending.length > 0 && pending[0].timeout._destroyed && !pending[0].firing) pending.shift();
  return pending[0];
}

// Node says that `fired` is over. The earliest is over then, too, and it is its turn; `fired` comes back at once.
function fire(fired) {
  fired.firing = true;
  const timer = next();
  fired.firing = false;
  if (timer === undefined) return undefined;
  const early = immediatesComeBefore(timer);
  if ((early || timer !== fired) && pending.includes(fired)) comeBack(fired);
  if (early) return undefined;
  displace(timer);
  now = Math.max(now, timer.due);
  if (timer.repeat) place(timer);
  if (timer === fired) return apply(timer.callback, timer.timeout, timer.args);
  if (timer.repeat) apply(native.refresh, timer.timeout, []);
  else native.clearTimeout(timer.timeout);
  return timer.context(() => apply(timer.callback, timer.timeout, timer.args));
}

function comeBack(fired) {
  if (fired.repeat) {
    const { due } = fired;
    native.setTimeout(() => {
      if (fired.due === due && pending.includes(fired) && !fired.timeout._destroyed) fire(fired);
    }, 1);
    return;
  }
  const { _idleTimeout } = fired.timeout;
  fired.timeout._idleTimeout = 1;
  apply(native.refresh, fired.timeout, []);
  fired.timeout._idleTimeout = _idleTimeout;
}

const native = { setTimeout, setInterval, clearTimeout };

function setter(repeat) {
  return (target, self, args) => {
    const [callback, after, ...rest] = args;
    if (typeof callback !== 'function') return apply(target, self, args); // its error
    const number = Number(after);
    const timer = {
      callback,
      args: rest,
      repeat,
      delay: number >= 1 && number <= LONGEST ? Math.trunc(number) : 1,
      context: AsyncLocalStorage.snapshot(),
      firing: false,
      timeout: undefined,
    };
    timer.timeout = target(() => fire(timer), after);
    known.set(timer.timeout, timer);
    place(timer);
    return timer.timeout;
  };
}

function timeouts() {
  const sample = setTimeout(() => {}, 1);
  clearTimeout(sample);
  const prototype = Object.getPrototypeOf(sample);
  native.refresh = prototype.refresh;
  replace(prototype, 'refresh', (target, self, args) => {
    const timer = known.get(self);
    if (timer !== undefined) {
      displace(timer);
      place(timer);
    }
    return apply(target, self, args);
  });
  for (const [name, repeat] of [['setTimeout', false], ['setInterval', true]]) {
    replace(globalThis, name, setter(repeat));
    timers[name] = globalThis[name];
  }
  replaceImmediates();
  promises();
}

const immediates = new Map(); // that are set: the turn of the loop in which each will run
let turn = 0;

// All that are set when a timer is go first, and so do those that are set in the same turn. What they set in turn comes when it
// comes: work that is done in pieces, with an immediate between two, leaves room for timers.
function immediatesComeBefore(timer) {
  if (turn > timer.turn) return false;
  for (const one of immediates.keys()) {
    if (!one._destroyed) return true;
    immediates.delete(one);
  }
  return false;
}

function replaceImmediates() {
  replace(globalThis, 'setImmediate', (target, self, args) => {
    const [callback, ...rest] = args;
    if (typeof callback !== 'function') return apply(target, self, args); // its error
    const one = target(function () {
      turn = Math.max(turn, immediates.get(one) ?? turn);
      immediates.delete(one);
      return apply(callback, this, rest);
    });
    immediates.set(one, turn + 1);
    return one;
  });
  replace(globalThis, 'clearImmediate', (target, self, args) => {
    immediates.delete(args[0]);
    return apply(target, self, args);
  });
  for (const name of ['setImmediate', 'clearImmediate']) timers[name] = globalThis[name];
}

function promises() {
  const { setTimeout: refuse } = timersPromises;
  const settling = (set, clear) => (value, options) => new Promise((resolve) => {
    const signal = options?.signal;
    const abort = () => {
      clear(waiting);
      resolve(refuse(1, undefined, { signal })); // with an error that only Node can make
    };
    const waiting = set(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    if (options?.ref === false) waiting.unref();
    signal?.addEventListener('abort', abort, { once: true });
  });
  const wait = (milliseconds, ...args) => settling((callback) => globalThis.setTimeout(callback, milliseconds), clearTimeout)(...args);
  const yielding = settling(globalThis.setImmediate, globalThis.clearImmediate);
  // What is wrong with the arguments, or over before it begins, is left to Node.
  const usual = (milliseconds, options) => (milliseconds === undefined || typeof milliseconds === 'number') &&
    (options === undefined || (typeof options === 'object' && options !== null && !options.signal?.aborted));
  replace(timersPromises, 'setTimeout', (target, self, args) =>
    (usual(args[0], args[2]) ? wait(...args) : apply(target, self, args)));
  replace(timersPromises, 'setInterval', (target, self, args) => {
    if (!usual(args[0], args[2])) return apply(target, self, args);
    return (async function* () {
      for (;;) yield await wait(...args);
    })();
  });
  replace(timersPromises, 'setImmediate', (target, self, args) =>
    (usual(undefined, args[1]) ? yielding(...args) : apply(target, self, args)));
  const { scheduler } = timersPromises;
  const methods = Object.hasOwn(scheduler, 'wait') ? scheduler : Object.getPrototypeOf(scheduler);
  replace(methods, 'wait', (target, self, args) =>
    (usual(args[0], args[1]) ? wait(args[0], undefined, args[1]) : apply(target, self, args)));
  replace(methods, 'yield', (target, self, args) => (self === scheduler ? yielding() : apply(target, self, args)));
}

// ------------------------------------------------------------------------------------------------------------ chance

// Bytes from the seed: AES in counter mode.
function stream() {
  const key = crypto.createHash('sha256').update(`${seed}/${threadId}`).digest();
  const cipher = crypto.createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return (size) => cipher.update(Buffer.alloc(size));
}

// V8's, for every context that has not used Math.random yet, in all threads. 0 is its word for no seed, and it takes 31 bits.
function mathRandom() {
  if (isMainThread) setFlagsFromString(`--random-seed=${BigInt(seed) % 0x7fffffffn + 1n}`);
}

function randomness() {
  const bytes = stream();
  const fill = (view, offset = 0, size = view.byteLength - offset) => {
    const buffer = ArrayBuffer.isView(view) ? view.buffer : view;
    const begin = (ArrayBuffer.isView(view) ? view.byteOffset : 0) + offset;
    new Uint8Array(buffer, begin, size).set(bytes(size));
    return view;
  };
  const uuid = () => {
    const b = bytes(16);
    b[6] = (b[6] & 0x0f) | 0x40;
    b[8] = (b[8] & 0x3f) | 0x80;
    return b.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
  // Callbacks come in the order of the calls; Node's, in which the threads that make the bytes are done.
  const { setImmediate } = globalThis;
  const later = (callback, result) => void setImmediate(callback, null, result);
  const randomBytes = (target, self, args) => {
    const [size, callback] = args;
    if (callback !== undefined && typeof callback !== 'function') return apply(target, self, args); // its error
    const made = fill(apply(target, self, [size]));
    return callback === undefined ? made : later(callback, made);
  };
  for (const name of ['randomBytes', 'rng', 'pseudoRandomBytes', 'prng']) replace(crypto, name, randomBytes);
  const unit = (view) => view.BYTES_PER_ELEMENT ?? 1;
  replace(crypto, 'randomFillSync', (target, self, args) => {
    const [view, offset = 0, size] = args;
    apply(target, self, args);
    return fill(view, offset * unit(view), size === undefined ? undefined : size * unit(view));
  });
  const { randomFillSync } = crypto;
  replace(crypto, 'randomFill', (target, self, args) => {
    const callback = args.at(-1);
    if (args.length < 2 || typeof callback !== 'function') return apply(target, self, args); // its error
    return later(callback, randomFillSync(...args.slice(0, -1)));
  });
  replace(crypto, 'randomInt', (target, self, args) => {
    const callback = typeof args.at(-1) === 'function' ? args.at(-1) : undefined;
    const limits = callback === undefined ? args : args.slice(0, -1);
    apply(target, self, limits); // its errors
    const [least, most] = limits[1] === undefined ? [0, limits[0]] : limits;
    const made = least + (bytes(6).readUIntBE(0, 6) % (most - least));
    if (callback === undefined) return made;
    process.nextTick(callback, undefined, made);
    return undefined;
  });
  replace(crypto, 'randomUUID', (target, self, args) => (apply(target, self, args), uuid()));
  const web = Object.getPrototypeOf(crypto.webcrypto);
  replace(web, 'getRandomValues', (target, self, args) => fill(apply(target, self, args)));
  replace(web, 'randomUUID', (target, self, args) => (apply(target, self, args), uuid()));
}

dates();
clocks();
consoleTimers();
timeouts();
mathRandom();
randomness();
nodeModule.syncBuiltinESMExports();
for (const path of Object.keys(require.cache)) {
  if (path === __filename) delete require.cache[path];
}
