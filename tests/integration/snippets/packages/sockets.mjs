import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

async function echoThroughSocketIo({ Server }, { io }) {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server = new Server(http);
  server.on('connection', (socket) => socket.on('echo', (text, reply) => reply(text)));
  const client = io(`http://127.0.0.1:${http.address().port}`);
  assert.equal(await client.timeout(5000).emitWithAck('echo', 'hello'), 'hello');
  client.close();
  await server.close();
}

export default {
  async ws(_, { WebSocketServer, WebSocket }) {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)));
    await once(server, 'listening');
    const client = new WebSocket(`ws://127.0.0.1:${server.address().port}`);
    await once(client, 'open');
    client.send('hello');
    assert.equal(`${(await once(client, 'message'))[0]}`, 'echo hello');
    client.close();
    await once(client, 'close');
    server.close();
  },
  'socket.io': (server) => echoThroughSocketIo(server, require('socket.io-client')),
  'socket.io-client': (client) => echoThroughSocketIo(require('socket.io'), client),
};
