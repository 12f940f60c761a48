process.on('multipleResolves', (t, p, v) => { console.log('MULTI', t); Object.defineProperty(p, 'then', { value: () => {} }); });
export default () => 'x'
