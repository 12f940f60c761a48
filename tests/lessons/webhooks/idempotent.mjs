// A sender that hears nothing sends again. The receiver remembers the ids of deliveries, so that one payment is booked once.
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import request from 'supertest';

let balance = 0;
const deliveries = new Map();
const once = (id, work) => {
  // The promise is kept, not the result: a delivery that comes while the first one is being worked on waits for it.
  if (!deliveries.has(id)) {
    const result = work().catch((error) => {
      deliveries.delete(id); // the next attempt may succeed
      throw error;
    });
    deliveries.set(id, result);
  }
  return deliveries.get(id);
};

let failures = 1;
const app = express();
app.use(express.json());
app.post('/webhook', async (req, res) => {
  const result = await once(req.get('x-delivery'), async () => {
    await sleep(20);
    if (req.body.amount === 7 && failures-- > 0) throw new Error('the database is busy');
    balance += req.body.amount;
    return { balance };
  });
  res.json(result);
});
app.use((error, req, res, next) => res.status(503).set('retry-after', '1').json({ error: error.message }));

const deliver = async (id, amount) => {
  const { status, body } = await request(app).post('/webhook').set('x-delivery', id).send({ amount });
  return `${id}: ${status} ${JSON.stringify(body)}`;
};

console.log(await Promise.all([deliver('d1', 10), deliver('d1', 10)]));
console.log(await deliver('d1', 10));
console.log(await deliver('d2', 7));
console.log(await deliver('d2', 7));
console.log('balance', balance);
