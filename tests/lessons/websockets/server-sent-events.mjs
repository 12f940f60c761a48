// When only the server talks, an event stream over plain HTTP is enough: text, an id for each event, and a client that
// comes back says which one it saw last.
import { createServer } from 'node:http';
import { once } from 'node:events';

const headlines = ['rain', 'more rain', 'sun', 'sun all day'];
const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const seen = Number(request.headers['last-event-id'] ?? -1);
  headlines.forEach((text, id) => {
    if (id > seen) response.write(`id: ${id}\nevent: weather\ndata: ${JSON.stringify({ text })}\n\n`);
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

async function* events(url, lastEventId) {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const { body } = await fetch(url, { headers });
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) yield Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s)));
  }
}

const url = `http://127.0.0.1:${server.address().port}/`;
let last;
for await (const { id, event, data } of events(url)) {
  console.log(id, event, JSON.parse(data));
  last = id;
  if (id === '1') break; // the connection is lost
}
console.log('again, after', last);
for await (const { id, data } of events(url, last)) {
  console.log(id, JSON.parse(data));
  if (id === '3') break;
}
server.close();
