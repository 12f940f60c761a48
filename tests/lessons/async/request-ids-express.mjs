// AsyncLocalStorage as middleware: every line that a request logs carries its id, and the answer does too.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import request from 'supertest';

const context = new AsyncLocalStorage();
const lines = [];
const log = (text) => lines.push(`${context.getStore().id}: ${text}`);

let count = 0;
const requestId = (req, res, next) => {
  const id = req.get('x-request-id') ?? `request-${++count}`;
  res.set('x-request-id', id);
  context.run({ id }, next);
};

const app = express();
app.use(requestId);
app.get('/slow/:ms', async (req, res) => {
  log('start');
  await sleep(Number(req.params.ms));
  log('answer');
  res.json({ id: context.getStore().id });
});

// Both are under way at the same time.
const [first, second] = await Promise.all([
  request(app).get('/slow/400').set('x-request-id', 'alpha'),
  request(app).get('/slow/5').set('x-request-id', 'beta'),
]);
console.log(first.body, second.get('x-request-id'));
console.log((await request(app).get('/slow/0')).body);
for (const id of ['alpha', 'beta', 'request-1']) console.log(lines.filter((line) => line.startsWith(`${id}:`)));
console.log('who answers first:', lines.filter((line) => line.endsWith('answer'))[0]);
