// Pages by cursor: a page says where the next one begins, and stays right while rows are added in front.
import express from 'express';
import request from 'supertest';

const events = Array.from({ length: 7 }, (_, i) => ({ id: 7 - i, name: `event ${7 - i}` }));
const encode = (id) => Buffer.from(`id:${id}`).toString('base64url');
const decode = (cursor) => Number(Buffer.from(cursor, 'base64url').toString().replace('id:', ''));

const app = express();
app.get('/events', (req, res) => {
  const limit = Math.min(Number(req.query.limit) || 3, 100);
  const before = req.query.cursor ? decode(req.query.cursor) : Infinity;
  const page = events.filter(({ id }) => id < before).slice(0, limit);
  const last = page.at(-1);
  const more = last && events.some(({ id }) => id < last.id);
  if (more) res.links({ next: `/events?limit=${limit}&cursor=${encode(last.id)}` });
  res.json(page.map(({ id }) => id));
});

const client = request(app);
for (let url = '/events', pages = 1; url; pages++) {
  const response = await client.get(url);
  console.log(`page ${pages}:`, response.body);
  if (pages === 1) events.unshift({ id: 8, name: 'news in front' });
  url = response.links.next;
}
