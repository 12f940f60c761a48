// require, module.exports, and the cache that makes a module run once.
const path = require('node:path');
const { EventEmitter } = require('node:events');
console.log(path.basename(__filename), path.dirname(__filename), require.main === module);
console.log(module.paths[0], typeof require.resolve, require('node:events').EventEmitter === EventEmitter);
console.log(process.argv.length, process.argv[1], process.cwd());
