// POST /login on its whole way: logger -> JSON parser -> validator -> authentication -> session cookie.
import { once } from 'node:events';
import { app } from './app.mjs';

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const base = `http://127.0.0.1:${server.address().port}`;

const call = async (method, path, { body, cookie } = {}) => {
  const response = await fetch(base + path, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...(cookie && { cookie }) },
    body,
  });
  console.log(response.status, await response.text());
  return response;
};
const login = (credentials) => call('POST', '/login', { body: JSON.stringify(credentials) });

await call('GET', '/me');
await call('POST', '/login', { body: '{"email": ' });
await login({ email: 'ada', password: '' });
await login({ email: 'ada@example.org', password: 'wrong' });
await login({ email: 'nobody@example.org', password: 'analytical' });

const response = await login({ email: 'Ada@Example.org', password: 'analytical' });
const [setCookie] = response.headers.getSetCookie();
const [cookie, ...attributes] = setCookie.split('; ');
console.log('the cookie:', cookie.replace(/=.*/, '=…'), attributes);

await call('GET', '/me', { cookie });
await call('GET', '/me', { cookie: `${cookie}x` });
await call('POST', '/logout', { cookie });
await call('GET', '/me', { cookie });
server.close();
