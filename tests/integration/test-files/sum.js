exports.sum = (a, b) => a + b; exports.later = async (x) => { await new Promise(r => setTimeout(r, 5)); return x; }; exports.boom = () => { throw new TypeError('boom') };
