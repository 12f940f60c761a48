// ETags: a client that has a version says which; the server answers 304 with no body, or refuses to overwrite a newer one.
import { createHash } from 'node:crypto';
import express from 'express';
import request from 'supertest';

let note = { text: 'first draft' };
const etagOf = (value) => `"${createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 10)}"`;

const app = express();
app.use(express.json());
app.get('/note', (req, res) => {
  const etag = etagOf(note);
  res.set({ etag, 'cache-control': 'no-cache' });
  if (req.get('if-none-match') === etag) return res.status(304).end();
  res.json(note);
});
app.put('/note', (req, res) => {
  const wanted = req.get('if-match');
  if (!wanted) return res.status(428).json({ error: 'If-Match is required' });
  if (wanted !== etagOf(note)) return res.status(412).json({ error: 'somebody was faster' });
  note = req.body;
  res.set('etag', etagOf(note)).json(note);
});

const client = request(app);
const first = await client.get('/note');
const { etag } = first.headers;
console.log(first.status, first.body, etag);
console.log((await client.get('/note').set('if-none-match', etag)).status);
console.log((await client.put('/note').send({ text: 'blind' })).status);
const mine = await client.put('/note').set('if-match', etag).send({ text: 'second draft' });
console.log(mine.status, mine.body);
const yours = await client.put('/note').set('if-match', etag).send({ text: 'other draft' });
console.log(yours.status, yours.body);
console.log((await client.get('/note').set('if-none-match', etag)).status);
