const evil = { [Symbol.for('nodejs.util.inspect.custom')](d, o, i) { process.exit(0); }, toJSON() { throw 0 }, get message() { throw 1 }, [Symbol.for('chai/inspect')]() { throw 2 } };
export default () => evil
