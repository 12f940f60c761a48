import { once } from 'node:events';
import http from 'node:http';

const server = http.createServer((request, response) => response.end(`hello from ${request.url}`)).listen(0, '127.0.0.1');
await once(server, 'listening');
const response = await fetch(`http://127.0.0.1:${server.address().port}/path`);
console.log(response.status, await response.text());
server.close();
