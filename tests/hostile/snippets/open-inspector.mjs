import { open, url } from 'node:inspector';
import { get } from 'node:http';
open(9229, '0.0.0.0');
console.log(new URL(url()).port);
// Stays for the test to try the port from outside.
setTimeout(() => process.exit(0), 1500);
