// process.exitCode, and writes to both streams.
console.log('to stdout');
console.error('to stderr');
process.exitCode = 3;
