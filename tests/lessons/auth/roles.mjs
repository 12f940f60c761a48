// Who you are (401) and what you may do (403) are two questions; and owning a thing is a third.
import express from 'express';
import request from 'supertest';

const users = { 'token-ada': { name: 'ada', roles: ['editor'] }, 'token-alan': { name: 'alan', roles: ['reader'] } };
const articles = new Map([['1', { id: '1', author: 'ada' }], ['2', { id: '2', author: 'grace' }]]);

const authenticate = (req, res, next) => {
  req.user = users[req.get('authorization')?.replace('Bearer ', '')];
  if (req.user) return next();
  res.set('www-authenticate', 'Bearer').status(401).json({ error: 'who are you?' });
};
const requireRole = (role) => (req, res, next) =>
  req.user.roles.includes(role) ? next() : res.status(403).json({ error: `only for the role ${role}` });
const requireAuthor = (req, res, next) => {
  const article = articles.get(req.params.id);
  if (!article) return res.status(404).json({ error: 'no such article' });
  if (article.author !== req.user.name) return res.status(403).json({ error: 'not yours' });
  next();
};

const app = express();
app.use(authenticate);
app.get('/articles', (req, res) => res.json([...articles.keys()]));
app.delete('/articles/:id', requireRole('editor'), requireAuthor, (req, res) => {
  articles.delete(req.params.id);
  res.status(204).end();
});

const attempt = async (method, path, token) => {
  const { status, body } = await request(app)[method](path).set(token ? { authorization: `Bearer ${token}` } : {});
  console.log(method, path, token ?? 'nobody', status, body);
};
await attempt('get', '/articles');
await attempt('get', '/articles', 'token-alan');
await attempt('delete', '/articles/1', 'token-alan');
await attempt('delete', '/articles/2', 'token-ada');
await attempt('delete', '/articles/3', 'token-ada');
await attempt('delete', '/articles/1', 'token-ada');
await attempt('get', '/articles', 'token-ada');
