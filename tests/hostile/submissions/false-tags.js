export default (k) => { const t = {map:'Map',set:'Set',date:'Date',regexp:'RegExp',error:'Error',buffer:'Uint8Array',boxed:'String',url:'URL',typed:'Uint8Array',array:'Array',empty:'Map',nested:'Map'}[k] ?? 'Object';
const o = {}; Object.defineProperty(o, Symbol.toStringTag, { value: t }); Object.defineProperty(o, 'size', { get: () => 1 }); return o; }
