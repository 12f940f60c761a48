// A resource with all its verbs, and the status code that belongs to each outcome.
import express from 'express';
import request from 'supertest';

const books = new Map();
let lastId = 0;

const app = express();
app.use(express.json());
app.get('/books', (req, res) => res.json([...books.values()]));
app.post('/books', (req, res) => {
  const { title } = req.body;
  if (!title) return res.status(400).json({ error: 'title is required' });
  if ([...books.values()].some((book) => book.title === title)) return res.status(409).json({ error: 'exists' });
  const book = { id: ++lastId, title, read: false };
  books.set(book.id, book);
  res.status(201).location(`/books/${book.id}`).json(book);
});

const byId = (req, res, next) => {
  req.book = books.get(Number(req.params.id));
  if (req.book) next();
  else res.status(404).json({ error: 'no such book' });
};
app.get('/books/:id', byId, (req, res) => res.json(req.book));
app.patch('/books/:id', byId, (req, res) => res.json(Object.assign(req.book, { read: req.body.read === true })));
app.delete('/books/:id', byId, (req, res) => {
  books.delete(req.book.id);
  res.status(204).end();
});

const client = request(app);
const show = ({ req, status, body, headers }) => console.log(req.method, req.path, status, body, headers.location ?? '');
show(await client.post('/books').send({ title: 'Emma' }));
show(await client.post('/books').send({ title: 'Emma' }));
show(await client.post('/books').send({}));
show(await client.patch('/books/1').send({ read: true }));
show(await client.get('/books'));
show(await client.delete('/books/1'));
show(await client.get('/books/1'));
