import { createSocket } from 'node:dgram';
const socket = createSocket('udp4');
socket.send('?', 53, '1.1.1.1', (error) => {
  console.log(error ? error.code : 'sent');
  socket.close();
});
