import { readlinkSync } from 'node:fs';
console.log(readlinkSync(process.argv[2]));
