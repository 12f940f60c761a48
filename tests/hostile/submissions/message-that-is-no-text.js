export default (k) => { if (k === 'reject') return { then() { return Promise.resolve() }, catch() { return Promise.resolve() } };
const e = new Error('x'); Object.defineProperty(e, 'message', { get() { const s = new String('y'); s.includes = () => true; return { toString: () => 'q', includes: () => true, match: () => true, indexOf: () => 0 }; } }); throw e; }
