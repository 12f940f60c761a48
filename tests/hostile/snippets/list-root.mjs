import { readdirSync } from 'node:fs';
console.log(readdirSync(process.argv[2] ?? '/').join(' '));
