import { hostname } from 'node:os';
console.log(hostname());
