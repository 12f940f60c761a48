'use strict';
// node:assert for test files: Node's own, and before it compares deeply a look at what it would be told by the value itself. A
// Set can bring an iterator of its own, an empty object can claim to be a URL, and Node believes both.
const assert = require('assert');
const util = require('util');
const { honest } = require('./brands.cjs');

const DEEP = ['deepEqual', 'deepStrictEqual', 'partialDeepStrictEqual'];

function guard(compare) {
  return function (actual, expected, ...rest) {
    const impostor = honest(actual, expected);
    if (impostor !== undefined) {
      throw new assert.AssertionError({ message: `${impostor} cannot be compared: it says itself what it holds`, operator: compare.name, stackStartFn: compare });
    }
    return Reflect.apply(compare, this, [actual, expected, ...rest]);
  };
}

function faceOf(module) {
  const face = function (...args) {
    return Reflect.apply(module, undefined, args);
  };
  for (const key of Object.keys(module)) face[key] = DEEP.includes(key) ? guard(module[key]) : module[key];
  return face;
}

const face = faceOf(assert);
face.strict = faceOf(assert.strict);
if (assert.Assert !== undefined) {
  face.Assert = face.strict.Assert = class Assert extends assert.Assert {
    constructor(given) {
      super(given);
      for (const name of DEEP) this[name] = guard(this[name]);
    }
  };
}
face.strict.strict = face.strict;
face.default = face;
face.strict.default = face.strict;

// util.isDeepStrictEqual is the same comparison.
const utilFace = Object.create(null, Object.getOwnPropertyDescriptors(util));
Object.defineProperty(utilFace, 'isDeepStrictEqual', {
  value: (a, b, ...rest) => honest(a, b) === undefined && util.isDeepStrictEqual(a, b, ...rest),
  enumerable: true,
});

module.exports = { face, utilFace };
