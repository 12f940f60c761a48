// The metadata service, a public address, the private ranges and a name: each must fail, and at once.
import { connect } from 'node:net';
import { lookup } from 'node:dns/promises';
const started = Date.now();
const attempt = (host) =>
  new Promise((resolve) => {
    const socket = connect({ host, port: 80 });
    socket.on('connect', () => resolve(`${host} connected`));
    socket.on('error', (error) => resolve(error.code));
  });
const results = await Promise.all(['169.254.169.254', '1.1.1.1', '10.0.0.1', '172.17.0.1', '192.168.0.1', '2606:4700::1111'].map(attempt));
results.push(await lookup('example.org').then((found) => found.address, (error) => error.code));
console.log(results.join(' '));
console.log(Date.now() - started < 2000 * Number(process.argv[2] ?? 1) ? 'quickly' : 'slowly');
