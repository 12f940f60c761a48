// A chat room over plain WebSockets: every message goes to everybody else. The client here is the one built into Node.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { WebSocketServer } from 'ws';

const http = createServer().listen(0, '127.0.0.1');
await once(http, 'listening');
const server = new WebSocketServer({ server: http });
server.on('connection', (socket, request) => {
  const name = new URL(request.url, 'ws://localhost').searchParams.get('name');
  socket.on('message', (text) => {
    for (const other of server.clients) {
      if (other !== socket && other.readyState === other.OPEN) other.send(`${name}: ${text}`);
    }
  });
});

const join = async (name) => {
  const socket = new WebSocket(`ws://127.0.0.1:${http.address().port}/?name=${name}`);
  await once(socket, 'open');
  return { name, socket, heard: [] };
};

const people = [await join('Ada'), await join('Alan'), await join('Grace')];
const [ada, alan, grace] = people;
const hears = ({ socket, heard }) =>
  new Promise((resolve) => {
    socket.addEventListener('message', ({ data }) => resolve(heard.push(data)), { once: true });
  });

const first = [hears(alan), hears(grace)];
ada.socket.send('hello all');
await Promise.all(first);

const second = [hears(ada), hears(alan)];
grace.socket.send('hello Ada');
await Promise.all(second);

for (const { name, heard } of people) console.log(name, 'heard', heard);
for (const { socket } of people) socket.close();
http.close();
