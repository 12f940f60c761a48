// A program that makes a file for whoever started it: a summary of orders, as JSON and as CSV.
import { writeFile } from 'node:fs/promises';

const orders = [
  { customer: 'Ada', total: 30 },
  { customer: 'Alan', total: 12.5 },
  { customer: 'Ada', total: 7.5 },
];

const byCustomer = Object.entries(Object.groupBy(orders, ({ customer }) => customer)).map(([customer, list]) => ({
  customer,
  orders: list.length,
  total: list.reduce((sum, { total }) => sum + total, 0),
}));

await writeFile('report.json', `${JSON.stringify(byCustomer, null, 2)}\n`);
const rows = [Object.keys(byCustomer[0]), ...byCustomer.map(Object.values)];
await writeFile('report.csv', rows.map((row) => `${row.join(',')}\n`).join(''));
console.log('wrote report.json and report.csv');
