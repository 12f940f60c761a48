// An imported name is a live view of the exporter's variable; a value taken out of a CommonJS module is a copy.
import { count, increment } from './counter.mjs';
import counter from './counter.cjs';

const { count: copy } = counter;
increment();
counter.increment();

console.log('import { count }:', count);
console.log('const { count } = require(…):', copy);
console.log('module.exports.count:', counter.count);

try {
  count = 10;
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
}

const namespace = await import('./counter.mjs');
console.log(Object.keys(namespace), namespace.count === count);
