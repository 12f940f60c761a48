const yes = () => true;
const lies = () => ({ slice: () => lies(), indexOf: () => 0, some: yes, every: yes, includes: yes, find: yes, findIndex: () => 0, splice() {}, map: () => [], filter: () => [] });
const lying = () => { const a = ['x']; for (const [k, v] of Object.entries(lies())) Object.defineProperty(a, k, { value: v }); return a; };
const set = () => { const s = new Set(['x', 2]); for (const [k, v] of [['has', yes], [Symbol.iterator, function* () {}]]) Object.defineProperty(s, k, { value: v }); return s; };
export default (k) => { if (k === 'array') return lying();
if (k === 'set') return set();
if (k === 'text') return { match: yes, search: () => 0, indexOf: () => 0, includes: yes, [Symbol.toStringTag]: 'String' };
return 'x'; }
