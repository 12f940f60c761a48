export default (k) => { const C = {map:Map,set:Set,date:Date,regexp:RegExp,error:Error,url:URL,empty:Map}[k] ?? Object;
const o = Object.create(C.prototype); Object.defineProperty(o, Symbol.iterator, { value: function* () {} });
for (const s of [1,2]) Object.defineProperty(o, 'size', { value: 2, configurable: true }); o.constructor; return o; }
