// A pipeline with backpressure: numbers, doubled, in lines, compressed and back.
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, createGunzip } from 'node:zlib';
const numbers = Readable.from((function* () { for (let i = 1; i <= 5000; ++i) yield i; })());
const double = new Transform({ objectMode: true, transform: (n, _, done) => done(null, `${n * 2}\n`) });
let sum = 0;
await pipeline(numbers, double, createGzip(), createGunzip(), async (lines) => {
  let rest = '';
  for await (const chunk of lines) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop();
    for (const part of parts) sum += Number(part);
  }
});
console.log('sum', sum);
