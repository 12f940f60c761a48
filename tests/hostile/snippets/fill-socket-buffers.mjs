// Connections nobody reads from: the kernel keeps what is sent.
import { connect, createServer } from 'node:net';
const block = Buffer.alloc(2 ** 20, 1);
const server = createServer((socket) => socket.pause());
server.listen(0, '127.0.0.1', () => {
  for (let i = 0; i < 200; ++i) {
    const socket = connect(server.address().port, '127.0.0.1');
    socket.on('error', () => {});
    const push = () => {
      while (socket.write(block));
      socket.once('drain', push);
    };
    socket.on('connect', push);
  }
});
