// A JSON API and its client in one program.
import { createServer } from 'node:http';
import { once } from 'node:events';
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  response.setHeader('content-type', 'application/json');
  response.statusCode = request.method === 'POST' ? 201 : 200;
  response.end(JSON.stringify({ method: request.method, path: request.url, body: body && JSON.parse(body) }));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const base = `http://localhost:${server.address().port}`;
console.log(await (await fetch(`${base}/users?page=2`)).json());
const created = await fetch(`${base}/users`, { method: 'POST', body: JSON.stringify({ name: 'Ada' }) });
console.log(created.status, created.headers.get('content-type'), await created.json());
server.close();
