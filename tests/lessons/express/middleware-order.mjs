// Middleware runs in the order of its registration. One that does not call next() ends the chain; code after next() runs
// on the way back.
import express from 'express';
import request from 'supertest';

const app = express();
const trace = [];
const step = (name) => (req, res, next) => {
  trace.push(`> ${name}`);
  next();
  trace.push(`< ${name}`);
};

app.use(step('logger'));
app.use('/admin', step('admin only'), (req, res, next) => {
  if (req.get('x-role') === 'admin') return next();
  trace.push('stopped');
  res.status(403).json({ error: 'forbidden' });
});
app.get('/admin/users', step('users'), (req, res) => res.json(['Ada']));
app.get('/', (req, res) => res.send('home'));
app.use(step('too late for answered requests'), (req, res) => res.status(404).send('nothing here'));

const show = async (path, headers = {}) => {
  trace.length = 0;
  const { status, text } = await request(app).get(path).set(headers);
  console.log(path, status, text);
  console.log('   ', trace.join('  '));
};

await show('/');
await show('/admin/users');
await show('/admin/users', { 'x-role': 'admin' });
await show('/nowhere');
