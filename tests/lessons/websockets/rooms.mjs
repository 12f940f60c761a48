// Socket.IO on top of WebSockets: events with names, acknowledgements, and rooms.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';

const http = createServer();
const io = new Server(http);
io.use((socket, next) => {
  socket.data.name = socket.handshake.auth.name;
  next(socket.data.name ? undefined : new Error('who are you?'));
});
io.on('connection', (socket) => {
  socket.on('join', (room, done) => {
    socket.join(room);
    done(`${socket.data.name} is in ${room}`);
  });
  socket.on('say', ({ room, text }) => socket.to(room).emit('said', { name: socket.data.name, text }));
});
http.listen(0, '127.0.0.1');
await once(http, 'listening');

const url = `http://127.0.0.1:${http.address().port}`;
const enter = (name) => connect(url, { auth: { name }, transports: ['websocket'], forceNew: true });

const stranger = enter('');
stranger.on('connect', () => console.log('never printed'));
console.log('refused:', await new Promise((resolve) => stranger.on('connect_error', ({ message }) => resolve(message))));

const [ada, alan, grace] = ['Ada', 'Alan', 'Grace'].map(enter);
console.log(await ada.emitWithAck('join', 'kitchen'));
console.log(await alan.emitWithAck('join', 'kitchen'));
console.log(await grace.emitWithAck('join', 'garden'));

grace.on('said', () => console.log('never printed: that was said in another room'));
const heard = new Promise((resolve) => alan.on('said', resolve));
ada.emit('say', { room: 'kitchen', text: 'tea?' });
console.log('Alan heard', await heard);

for (const socket of [stranger, ada, alan, grace]) socket.disconnect();
io.close();
