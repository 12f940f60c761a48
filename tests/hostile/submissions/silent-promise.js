export default () => Object.assign(Promise.resolve('x'), { then() { return Promise.resolve(); }, catch() { return this; } })
