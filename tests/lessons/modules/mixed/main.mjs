// ES modules and CommonJS in one program: each may use the other, and each module runs once.
import { greet } from '#greet';
import table, { total } from './lib/table.js';
import users from './lib/data/users.json' with { type: 'json' };
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
console.log(users.map(({ name }) => greet(name)));
console.log(table.total === total, total(users.map(({ age }) => age)));
console.log(require('./lib/table.js') === table, require.resolve('./lib/table'));
console.log(import.meta.url, import.meta.dirname, typeof globalThis.require);
const { greet: again } = await import('./lib/greet.mjs');
console.log(again === greet);
await import('./lib/nowhere.mjs').catch(({ code, message }) => console.log(code, message));
require('./lib/broken.js');
