import { connect } from 'node:net';
const [host, port] = process.argv.slice(2);
const socket = connect({ host, port: Number(port) });
socket.on('connect', () => {
  console.log('connected');
  socket.destroy();
});
socket.on('error', (error) => console.log(error.code));
