// A WebSocket server that echoes text and bytes, and its client; then both say goodbye.
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
await once(server, 'listening');
server.on('connection', (socket, request) => {
  console.log('server: a client at', request.url);
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('close', (code, reason) => {
    console.log('server: closed with', code, String(reason));
    server.close();
  });
});

const client = new WebSocket(`ws://127.0.0.1:${server.address().port}/chat?room=1`);
await once(client, 'open');
for (const message of ['hello', Buffer.from([1, 2, 3]), JSON.stringify({ type: 'ping' })]) {
  client.send(message);
  const [data, isBinary] = await once(client, 'message');
  console.log('client:', isBinary ? data : data.toString());
}
client.close(1000, 'done');
