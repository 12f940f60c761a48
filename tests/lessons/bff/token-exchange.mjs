// The browser holds a cookie and never a token: the BFF keeps the API's access token on its side and adds it to the
// calls it forwards.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import cookieParser from 'cookie-parser';
import express from 'express';

const serve = async (app) => {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { base: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
};

// The API knows tokens only.
const api = express();
api.get('/invoices', (req, res) => {
  if (req.get('authorization') !== 'Bearer access-token-of-ada') return res.status(401).json({ error: 'no token' });
  res.json([{ number: 'R-1', seenCookie: req.get('cookie') ?? null }]);
});
const upstream = await serve(api);

const tokens = new Map();
const bff = express();
bff.use(cookieParser());
bff.post('/login', (req, res) => {
  const id = randomUUID();
  tokens.set(id, 'access-token-of-ada'); // from the identity provider
  res.cookie('session', id, { httpOnly: true, secure: true, sameSite: 'strict', path: '/' }).status(204).end();
});
bff.get('/api/*path', async (req, res) => {
  const token = tokens.get(req.cookies.session);
  if (!token) return res.status(401).json({ error: 'please log in' });
  const answer = await fetch(`${upstream.base}/${req.params.path.join('/')}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  res.status(answer.status).json(await answer.json());
});
const site = await serve(bff);

const direct = await fetch(`${upstream.base}/invoices`);
console.log('the API without a token:', direct.status, await direct.json());
const anonymous = await fetch(`${site.base}/api/invoices`);
console.log('the BFF without a cookie:', anonymous.status, await anonymous.json());

const login = await fetch(`${site.base}/login`, { method: 'POST' });
const [cookie, ...attributes] = login.headers.get('set-cookie').split('; ');
console.log('the cookie:', cookie.split('=')[0], attributes.join(', '));
const answer = await fetch(`${site.base}/api/invoices`, { headers: { cookie } });
console.log('the BFF with it:', answer.status, await answer.json());

upstream.close();
site.close();
