// Two CommonJS modules that require each other: the one asked second sees what the first has exported so far.
console.log('main starts');
const a = require('./a.cjs');
const b = require('./b.cjs');
console.log('main sees a.done =', a.done, 'and b.done =', b.done);

// The way out: ask when the value is needed, not when the module loads.
console.log(b.isFirstDone());
