import { readdirSync } from 'node:fs';
console.log(readdirSync('/tmp').length, readdirSync('/workspace').join(' '));
const all = ['/', '/dev', '/etc', '/usr', '/tmp', '/workspace'].flatMap((directory) => readdirSync(directory));
console.log(all.includes('mark'));
