// A promise that is rejected and that nobody waits for ends the program with code 1.
process.on('exit', (code) => console.log('exit code', code));
const load = async () => {
  throw new TypeError('cannot load', { cause: new Error('the disk is full') });
};
load();
