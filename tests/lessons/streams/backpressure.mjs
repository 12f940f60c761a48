// write() returns false when the buffer is full. Who waits for "drain" needs little memory; who does not fills it.
import { Writable } from 'node:stream';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';

const slowSink = () =>
  new Writable({
    highWaterMark: 16 * 1024,
    async write(_chunk, _encoding, done) {
      await turn();
      done();
    },
  });

const copy = async ({ patient }) => {
  const sink = slowSink();
  const chunk = Buffer.alloc(4 * 1024);
  let most = 0;
  let waits = 0;
  for (let n = 0; n < 256; n++) {
    const hasRoom = sink.write(chunk);
    most = Math.max(most, sink.writableLength);
    if (!hasRoom && patient) {
      waits++;
      await once(sink, 'drain');
    }
  }
  sink.end();
  await once(sink, 'finish');
  return `${most / 1024} KiB in the buffer, ${waits} waits`;
};

console.log('1 MiB, without looking back:', await copy({ patient: false }));
console.log('1 MiB, waiting for drain:', await copy({ patient: true }));
