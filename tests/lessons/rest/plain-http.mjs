// A JSON API without a framework, and its client, in one program.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';

const users = [{ id: 1, name: 'Ada' }];

const routes = {
  'GET /users': () => [200, users],
  'POST /users': async (request) => {
    const user = { id: users.length + 1, ...(await json(request)) };
    users.push(user);
    return [201, user];
  },
};

const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const route = routes[`${request.method} ${pathname}`] ?? (() => [404, { error: 'not found' }]);
  const [status, body] = await route(request);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
server.listen(0);
await once(server, 'listening');

const base = `http://localhost:${server.address().port}`;
const created = await fetch(`${base}/users`, { method: 'POST', body: JSON.stringify({ name: 'Alan' }) });
console.log(created.status, created.headers.get('content-type'), await created.json());
console.log(await (await fetch(`${base}/users?page=1`)).json());
console.log((await fetch(`${base}/nowhere`)).status);
server.close();
