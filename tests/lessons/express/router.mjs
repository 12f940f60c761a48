// Routers split an application into parts that are mounted under a path and know nothing of where that is.
import express, { Router } from 'express';
import request from 'supertest';

const comments = Router({ mergeParams: true });
comments.get('/', (req, res) => res.json({ post: req.params.post, comments: [] }));

const posts = Router();
const all = new Map([['1', { id: '1', title: 'Hello' }]]);
posts.param('post', (req, res, next, id) => {
  req.post = all.get(id);
  if (req.post) next();
  else res.status(404).json({ error: `there is no post ${id}` });
});
posts.get('/', (req, res) => res.json([...all.values()].slice(0, Number(req.query.limit ?? 10))));
posts.get('/:post', (req, res) => res.json(req.post));
posts.use('/:post/comments', comments);

const app = express();
app.use('/api/v1/posts', posts);
app.use((req, res) => res.status(404).json({ error: `${req.method} ${req.originalUrl} is not here` }));

for (const path of ['?limit=1', '/1', '/7', '/1/comments', '/1/likes']) {
  const { status, body } = await request(app).get(`/api/v1/posts${path}`);
  console.log(path, status, body);
}
