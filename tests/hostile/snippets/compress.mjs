import { brotliCompressSync } from 'node:zlib';
const input = Buffer.from(Array.from({ length: 4e6 }, (_, i) => (i * 2654435761) >>> 24));
for (;;) brotliCompressSync(input);
