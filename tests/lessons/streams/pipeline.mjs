// A pipeline with backpressure: numbers, doubled, compressed, and back. The source never runs far ahead of the sink.
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { createInterface } from 'node:readline';

function* count(to) {
  for (let n = 1; n <= to; n++) yield n;
}

const doubled = new Transform({
  objectMode: true,
  transform: (n, _encoding, done) => done(null, `${n * 2}\n`),
});

let sum = 0;
await pipeline(Readable.from(count(5000)), doubled, createGzip(), createGunzip(), async (stream) => {
  for await (const line of createInterface({ input: stream })) sum += Number(line);
});
console.log('sum', sum);
