export default (k, f) => { if (typeof f === 'function') { if (String(f).includes('secret')) console.log('LITERAL', String(f)); } return 'x'; }
