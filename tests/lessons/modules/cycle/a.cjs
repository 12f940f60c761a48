exports.done = false;
const b = require('./b.cjs');
console.log('a sees b.done =', b.done);
exports.done = true;
