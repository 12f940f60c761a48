// Transform streams: chunks to lines, lines to objects, objects to JSON. A chunk may end in the middle of a character.
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';

class Lines extends Transform {
  #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor() {
    super({ readableObjectMode: true });
  }
  _transform(chunk, _encoding, done) {
    const lines = (this.#rest + this.#decoder.write(chunk)).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) this.push(line);
    done();
  }
  _flush(done) {
    if (this.#rest) this.push(this.#rest);
    done();
  }
}

async function* toObjects(lines) {
  let header;
  for await (const line of lines) {
    const cells = line.split(',');
    if (header) yield Object.fromEntries(header.map((name, i) => [name, cells[i]]));
    else header = cells;
  }
}

async function* toJson(objects) {
  for await (const object of objects) yield `${JSON.stringify(object)}\n`;
}

const csv = Buffer.from('name,city\nZoë,Zürich\nJosé,Málaga\n李,台北\n');
const bytes = [];
for (let at = 0; at < csv.length; at += 5) bytes.push(csv.subarray(at, at + 5));

await pipeline(Readable.from(bytes), new Lines(), toObjects, toJson, process.stdout, { end: false });
console.log(`${csv.length} bytes in ${bytes.length} chunks`);
