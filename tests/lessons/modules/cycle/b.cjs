exports.done = false;
const a = require('./a.cjs');
console.log('b sees a.done =', a.done, '(a is not finished)');
exports.done = true;
exports.isFirstDone = () => `asked later, b sees a.done = ${a.done}`;
