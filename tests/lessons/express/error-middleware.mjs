// Errors have a lane of their own: a throw, a rejected handler or next(error) skips to the middleware with four parameters.
import express from 'express';
import request from 'supertest';

class NotFound extends Error {
  status = 404;
}

const app = express();
app.use(express.json());
app.get('/thrown', () => {
  throw new NotFound('no such user');
});
app.get('/rejected', async () => {
  await null;
  throw new TypeError('a bug with details nobody outside should see');
});
app.get('/passed', (req, res, next) => next(Object.assign(new Error('slow down'), { status: 429 })));
app.post('/body', (req, res) => res.json(req.body));
app.use((req, res) => res.json({ skipped: 'by every error' }));

// Four parameters: that is how Express knows. What is not meant for clients goes to the log only.
app.use((error, req, res, next) => {
  if (res.headersSent) return next(error);
  const status = error.status ?? 500;
  if (status === 500) console.error(`${req.method} ${req.path}: ${error.name}: ${error.message}`);
  res.status(status).json({ error: status === 500 ? 'internal server error' : error.message });
});

for (const path of ['/thrown', '/rejected', '/passed', '/fine']) {
  const { status, body } = await request(app).get(path);
  console.log(path, status, body);
}
const broken = await request(app).post('/body').type('json').send('{"half":');
console.log('/body', broken.status, Object.keys(broken.body));
