'use strict';
// The packages that tests judge with (expect, chai, sinon, whatever a test file imports), as instances of the tests' own: what
// a submission gets when it imports the same package is another one. They are loaded before anything of the submission, by a
// loader that nobody else can reach, and a few lines of theirs are changed where they would take a submission's word for it.
const { readFileSync } = require('fs');
const { createRequire, isBuiltin } = require('module');
const { dirname } = require('path');
const { types } = require('util');
const { compileFunction } = require('vm');
const { sameBrand, typeOf } = require('./brands.cjs');

const promiseThen = Promise.prototype.then;

// Of what was thrown, read once: a text, or nothing that could be compared.
function messageOf(thrown) {
  const message = typeof thrown === 'string' ? thrown : thrown?.message;
  return typeof message === 'string' ? message : undefined;
}

// A real promise that settles as `value` does. One that never calls back never settles; it cannot pass for settled.
function settled(value) {
  return new Promise((resolve, reject) => {
    if (types.isPromise(value)) Reflect.apply(promiseThen, value, [resolve, reject]);
    else value.then(resolve, reject);
  });
}

const matchers = new WeakSet();
const mocks = new WeakSet();
const trusted = Object.freeze({
  sameBrand,
  typeOf,
  messageOf,
  settled,
  isMatcher: (value) => value !== null && typeof value === 'object' && matchers.has(value),
  matcher: (value) => matchers.add(value),
  isMock: (value) => typeof value === 'function' && mocks.has(value),
  mock: (value) => mocks.add(value),
});

// File, and what in it is replaced by what. Each has to be found once or more: a new version of a package is looked at again.
const CHANGES = new Map([
  ['/node_modules/@jest/expect-utils/build/index.js', [
    // An object with a method asymmetricMatch would say itself whether it is equal.
    ["return !!obj && isA('Function', obj.asymmetricMatch);", 'return __runner.isMatcher(obj);'],
    // An empty object with Symbol.toStringTag 'Map' would equal every Map.
    ['const testerContext = {', 'if (!__runner.sameBrand(a, b)) return false;\n  const testerContext = {'],
  ]],
  ['/node_modules/expect/build/index.js', [
    ['    this.sample = sample;\n    this.inverse = inverse;', '    __runner.matcher(this); this.sample = sample;\n    this.inverse = inverse;'],
    // A thenable that answers without calling back would leave an assertion out.
    ['return actualWrapper.then(', 'return __runner.settled(actualWrapper).then('],
    // Methods of an array's own, or of a proxy's, and texts that only claim to be some.
    ['this.sample.every(item => other.some(another', 'this.sample.every(item => Array.from(other).some(another'],
    ['Array.isArray(other) && other.every(item', 'Array.isArray(other) && Array.from(other).every(item'],
    ["(0, _expectUtils.isA)('String', other) &&", "typeof other === 'string' &&"],
    ['received._isMockFunction === true', '__runner.isMock(received)'],
    // A message that is another one each time it is read.
    ["const hasMessage = e !== null && e !== undefined && typeof e.message === 'string';", 'const message = __runner.messageOf(e), hasMessage = typeof e !== "string" && message !== undefined;'],
    ['      message: e.message,\n      value: e', '      message,\n      value: e'],
    ['message: hasMessage ? e.message : String(e)', 'message: hasMessage ? message : `${String(e)}`'],
  ]],
  ['/node_modules/jest-mock/build/index.js', [
    ['f._isMockFunction = true;', '__runner.mock(f); f._isMockFunction = true;'],
  ]],
  ['/node_modules/chai/index.js', [
    ['function type(obj) {', 'function type(obj) {\n  return __runner.typeOf(obj);'],
    ['function type2(obj) {', 'function type2(obj) {\n  return __runner.typeOf(obj);'],
    ['var leftHandType = type2(leftHandOperand);', 'if (!__runner.sameBrand(leftHandOperand, rightHandOperand)) return false;\n  var leftHandType = type2(leftHandOperand);'],
    ['const comparisonString = typeof thrown === "string" ? thrown : thrown.message;', 'const comparisonString = __runner.messageOf(thrown);'],
    ['included = obj.some(function(item) {', 'included = Array.from(obj).some(function(item) {'],
    ['      } else {\n        included = obj.indexOf(val) !== -1;', '      } else {\n        included = Array.from(obj).indexOf(val) !== -1;'],
    ['return leftHandOperand.equals(rightHandOperand);', 'return leftHandOperand.equals(rightHandOperand) && rightHandOperand.equals(leftHandOperand);'],
  ]],
]);

function changed(file, source) {
  for (const [before, after] of CHANGES.get(file) ?? []) {
    if (!source.includes(before)) throw new Error(`${file} is not the version that the tests' own instance is made of`);
    source = source.replaceAll(before, () => after);
  }
  return source;
}

// Of Jest's own packages only what is used here: these two bring forty modules with them to read the source of a stack trace.
const STAND_INS = {
  'jest-message-util': {
    formatExecError: (error) => String(error?.stack ?? error),
    formatStackTrace: (stack) => stack,
    separateMessageFromStack: (text) => ({ message: text, stack: '' }),
  },
  'jest-util': {
    isPromise: (value) => value != null && (typeof value === 'object' || typeof value === 'function') && typeof value.then === 'function',
    pluralize: (word, count, ending = 's') => `${count} ${word}${count === 1 ? '' : ending}`,
    ErrorWithStack: class extends Error {
      constructor(message, callsite) {
        super(message);
        Error.captureStackTrace(this, callsite);
      }
    },
  },
};

function createLoader() {
  const loaded = new Map();
  // Packages keep what they share in properties of the global object; these keep it to themselves.
  const globals = Object.create(null, Object.getOwnPropertyDescriptors(globalThis));

  function load(file) {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    // A module of a CommonJS package: what it exports is read-only anyway.
    if (file.endsWith('.mjs')) return createRequire(file)(file);
    const source = readFileSync(file, 'utf8');
    const module = { exports: {}, id: file, filename: file, loaded: false, children: [], paths: [] };
    loaded.set(file, module);
    if (file.endsWith('.json')) {
      module.exports = JSON.parse(source);
      return module.exports;
    }
    const { resolve } = createRequire(file);
    const requireFrom = (specifier) => {
      if (isBuiltin(specifier)) return require(specifier);
      if (STAND_INS[specifier] !== undefined) return STAND_INS[specifier];
      return load(resolve(specifier));
    };
    requireFrom.resolve = resolve;
    const run = compileFunction(changed(file, source).replace(/^#!.*/, ''),
      ['exports', 'require', 'module', '__filename', '__dirname', 'globalThis', '__runner'], { filename: file });
    Reflect.apply(run, module.exports, [module.exports, requireFrom, module, file, dirname(file), globals, trusted]);
    module.loaded = true;
    return module.exports;
  }
  return load;
}

module.exports = { createLoader, changed, trusted };
