// Its uid, and whether the owner of the image is anybody it could become.
import { statSync } from 'node:fs';
console.log(process.getuid(), statSync('/').uid);
