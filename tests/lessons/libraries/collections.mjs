// Lists of objects grouped, sorted and reshaped: with lodash, and with what JavaScript has itself by now.
import _ from 'lodash';

const orders = [
  { id: 1, customer: { name: 'Ada' }, cents: 1250, tags: ['book'] },
  { id: 2, customer: { name: 'Alan' }, cents: 300, tags: ['pen', 'book'] },
  { id: 3, customer: { name: 'Ada' }, cents: 750, tags: [] },
];

console.log(_.mapValues(_.groupBy(orders, 'customer.name'), (list) => _.sumBy(list, 'cents')));
console.log(Object.groupBy(orders, ({ cents }) => (cents > 500 ? 'large' : 'small')).small.length);

console.log(_.orderBy(orders, ['customer.name', 'cents'], ['asc', 'desc']).map(({ id }) => id));
console.log(_.uniq(orders.flatMap(({ tags }) => tags)), _.countBy(orders.flatMap(({ tags }) => tags)));
console.log(_.get(orders, '[1].customer.name'), _.get(orders, '[9].customer.name', 'nobody'), orders[9]?.customer.name);

const copy = structuredClone(orders);
copy[0].customer.name = 'Grace';
console.log(orders[0].customer.name, _.isEqual(orders, copy), _.isEqual(_.omit(orders[1], 'id'), _.omit(copy[1], 'id')));
console.log(_.chunk([1, 2, 3, 4, 5], 2), _.kebabCase('httpServerName'));
