Error.prepareStackTrace = (e, sites) => { for (const s of sites) { const f = s.getFunction?.();
const th = s.getThis?.(); if (f) console.log('FUNCTION', s.getFileName(), String(f).slice(0, 80)); if (th && th !== globalThis && th !== undefined) console.log('THIS', s.getFileName(), Object.keys(th)); } return ''; };
export default function answer() { new Error().stack;
let c;
try { c = answer.caller; if (c) console.log('CALLER', String(c)); } catch {} return 'x'; }
