export default () => ({ then(r) { return Promise.resolve(); } })
