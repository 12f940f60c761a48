export default (k) => { const C = { map: Map, set: Set, empty: Map, array: Array }[k] ?? Object;
const o = new C();
for (const [p, v] of [['constructor', C], ['size', k === 'empty' ? 1 : 2], ['has', () => true], ['get', () => 'x'], ['indexOf', () => 0], ['forEach', () => {}], [Symbol.iterator, function* () {}], ['entries', function* () {}], ['some', () => true], ['includes', () => true], ['every', () => true]]) Object.defineProperty(o, p, { value: v }); return o; }
