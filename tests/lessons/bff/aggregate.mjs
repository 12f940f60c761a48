// A backend for one frontend: a single call gathers what the page needs from several services. A service that fails
// costs its part of the page, not the page.
import { once } from 'node:events';
import axios from 'axios';
import express from 'express';

const serve = async (app) => {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { base: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
};

const users = await serve(express().get('/users/:id', (req, res) => res.json({ id: 1, name: 'Ada', ssn: '078-05-1120' })));
const orders = await serve(
  express().get('/orders', (req, res) => res.json([{ id: 7, user: 1, cents: 1999 }, { id: 8, user: 1, cents: 500 }])),
);
const broken = await serve(express().get('/recommendations', (req, res) => res.status(503).end()));

const api = axios.create({ timeout: 5000, proxy: false });
const get = async (service, path) => (await api.get(service.base + path)).data;

const bff = express();
bff.get('/home/:id', async (req, res) => {
  const [user, list, tips] = await Promise.allSettled([
    get(users, `/users/${req.params.id}`),
    get(orders, `/orders?user=${req.params.id}`),
    get(broken, '/recommendations'),
  ]);
  if (user.status === 'rejected') return res.status(502).json({ error: 'users are not available' });
  // Shaped for the page: no more fields than it shows, and money as text.
  res.json({
    greeting: `Hello ${user.value.name}`,
    orders: (list.value ?? []).map(({ id, cents }) => ({ id, price: `€ ${(cents / 100).toFixed(2)}` })),
    recommendations: tips.value ?? [],
    unavailable: tips.status === 'rejected' ? [`recommendations (${tips.reason.response?.status})`] : [],
  });
});

const site = await serve(bff);
console.log(await get(site, '/home/1'));
users.close();
const failed = await api.get(`${site.base}/home/1`, { validateStatus: () => true });
console.log(failed.status, failed.data);
for (const service of [orders, broken, site]) service.close();
