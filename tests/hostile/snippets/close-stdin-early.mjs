import { closeSync } from 'node:fs';
closeSync(0);
setTimeout(() => console.log('closed'), 200);
