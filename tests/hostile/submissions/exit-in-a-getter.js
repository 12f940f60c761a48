export default () => { throw { get message() { process.exit(0) }, get stack() { process.exit(0) }, get name() { process.exit(0) } } }
