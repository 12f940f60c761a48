// pipe() leaves the other streams open when one fails; pipeline() destroys them all and hands on the error.
import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';

const failingSource = () =>
  Readable.from(
    (function* () {
      yield 'a';
      throw new Error('the disk is gone');
    })(),
  );
const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });

const piped = [failingSource(), new PassThrough(), sink()];
piped[0].on('error', ({ message }) => console.log('pipe:', message));
piped[0].pipe(piped[1]).pipe(piped[2]);
await turn();
await turn();
console.log('destroyed:', piped.map(({ destroyed }) => destroyed));

const connected = [failingSource(), new PassThrough(), sink()];
await pipeline(connected).catch(({ message }) => console.log('pipeline:', message));
console.log('destroyed:', connected.map(({ destroyed }) => destroyed));
