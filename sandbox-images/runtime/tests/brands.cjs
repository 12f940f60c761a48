'use strict';
// What a value is by its internals, whatever it says about itself (Symbol.toStringTag, constructor, methods of its own).
const { types } = require('util');

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const tagOf = Object.prototype.toString;
const typedArrayTag = getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag).get;

const hrefOf = getOwnPropertyDescriptor(URL.prototype, 'href').get;
const mapEntries = Map.prototype.forEach;
const setValues = Set.prototype.forEach;

function isUrl(value) {
  try {
    Reflect.apply(hrefOf, value, []);
    return true;
  } catch {
    return false;
  }
}

// Tag, test, and what comparisons read of such an object: where that is not the built-in, it is not taken for one.
const BUILT_IN = [
  ['Array', Array.isArray, Array, [Symbol.iterator, 'indexOf', 'some', 'forEach', 'every', 'map', 'entries']],
  ['Map', types.isMap, Map, [Symbol.iterator, 'size', 'has', 'get', 'forEach', 'entries', 'keys', 'values']],
  ['Set', types.isSet, Set, [Symbol.iterator, 'size', 'has', 'forEach', 'entries', 'keys', 'values']],
  ['WeakMap', types.isWeakMap, WeakMap, ['has', 'get']],
  ['WeakSet', types.isWeakSet, WeakSet, ['has']],
  ['Date', types.isDate, Date, [Symbol.toPrimitive, 'valueOf', 'getTime', 'toISOString', 'toString']],
  ['RegExp', types.isRegExp, RegExp, ['source', 'flags', 'toString']],
  ['Error', types.isNativeError, Error, []],
  ['Promise', types.isPromise, Promise, []],
  ['ArrayBuffer', types.isArrayBuffer, ArrayBuffer, ['byteLength', 'slice']],
  ['SharedArrayBuffer', types.isSharedArrayBuffer, SharedArrayBuffer, ['byteLength', 'slice']],
  ['DataView', types.isDataView, DataView, ['buffer', 'byteLength', 'byteOffset', 'getUint8']],
  ['TypedArray', types.isTypedArray, getPrototypeOf(Uint8Array), [Symbol.iterator, 'length', 'buffer', 'byteLength', 'byteOffset']],
  ['String', types.isStringObject, String, ['valueOf', 'toString', 'indexOf', 'length']],
  ['Number', types.isNumberObject, Number, ['valueOf']],
  ['Boolean', types.isBooleanObject, Boolean, ['valueOf']],
  ['Symbol', types.isSymbolObject, Symbol, ['valueOf']],
  ['BigInt', types.isBigIntObject, BigInt, ['valueOf']],
  ['URL', isUrl, URL, ['href', 'toString']],
  ['Generator', types.isGeneratorObject, undefined, []],
  ['Map Iterator', types.isMapIterator, undefined, []],
  ['Set Iterator', types.isSetIterator, undefined, []],
];
const TAGS = new Set(BUILT_IN.map(([tag]) => tag));
for (const { name } of [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array,
  Float64Array, BigInt64Array, BigUint64Array]) TAGS.add(name);

function isObject(value) {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

// Without asking the object: no getter of its own runs.
function find(object, key) {
  for (let at = object; at !== null; at = getPrototypeOf(at)) {
    const property = getOwnPropertyDescriptor(at, key);
    if (property !== undefined) return property.get ?? property.value;
  }
  return undefined;
}

const originals = new Map(BUILT_IN.filter(([, , type]) => type !== undefined)
  .map(([tag, , type, keys]) => [tag, keys.map((key) => [key, find(type.prototype, key)])]));

function builtIn(value) {
  return BUILT_IN.find(([, is]) => is(value))?.[0];
}

// `length` of an array or a boxed string is its own, and cannot be replaced.
function replaced(value, tag) {
  return (originals.get(tag) ?? []).filter(([key, original]) => key !== 'length' && find(value, key) !== original);
}

// As chai's type(): the tag, but "Object" for what only claims it.
function typeOf(value) {
  if (value === undefined) return 'undefined';
  if (value === null) return 'null';
  if (!isObject(value)) return Reflect.apply(tagOf, value, []).slice(8, -1);
  const tag = builtIn(value);
  if (tag !== undefined) {
    if (replaced(value, tag).length > 0) return 'Object';
    return tag === 'TypedArray' ? Reflect.apply(typedArrayTag, value, []) : tag;
  }
  const claimed = Reflect.apply(tagOf, value, []).slice(8, -1);
  return TAGS.has(claimed) || /^(?:null|undefined)$/i.test(claimed) ? 'Object' : claimed;
}

// Two objects that differ in this are not equal.
function sameBrand(a, b) {
  if (!isObject(a) || !isObject(b)) return true;
  const tag = builtIn(a);
  if (tag !== builtIn(b)) return false;
  return tag === undefined || originals.get(tag)?.every(([key]) => key === 'length' || find(a, key) === find(b, key)) !== false;
}

const MANY = 100000;

// Everything in a value, of real Maps and Sets what they really hold, by descriptors: nothing of its own is called.
function* everything(value) {
  const seen = new Set();
  const queue = [value];
  while (queue.length > 0 && seen.size < MANY) {
    const object = queue.pop();
    if (!isObject(object) || seen.has(object)) continue;
    seen.add(object);
    yield object;
    if (types.isProxy(object) || types.isTypedArray(object)) continue;
    if (types.isMap(object)) Reflect.apply(mapEntries, object, [(each, key) => queue.push(key, each)]);
    if (types.isSet(object)) Reflect.apply(setValues, object, [(each) => queue.push(each)]);
    for (const key of Reflect.ownKeys(object)) {
      const property = getOwnPropertyDescriptor(object, key);
      if (isObject(property?.value)) queue.push(property.value);
    }
  }
}

// What in `actual` is not what it looks like, or undefined. A class of the submission's that extends a built-in one may replace
// its methods, where `expected` has one of it as well.
function honest(actual, expected) {
  let classes;
  for (const object of everything(actual)) {
    const tag = builtIn(object);
    if (tag === undefined) {
      const claimed = types.isProxy(object) ? '' : find(object, Symbol.toStringTag);
      if (typeof claimed === 'string' && TAGS.has(claimed)) return `an object that claims to be of type ${claimed}`;
      continue;
    }
    const keys = replaced(object, tag);
    if (keys.length === 0) continue;
    classes ??= new Set([...everything(expected)].map((each) => getPrototypeOf(each)));
    if (!classes.has(getPrototypeOf(object)) || keys.some(([key]) => getOwnPropertyDescriptor(object, key) !== undefined)) {
      return `a value of type ${tag} with methods of its own`;
    }
  }
  return undefined;
}

module.exports = { honest, sameBrand, typeOf };
