import { scryptSync } from 'node:crypto';
for (;;) scryptSync('password', 'salt', 64, { N: 2 ** 16, r: 8, p: 16, maxmem: 2 ** 30 });
