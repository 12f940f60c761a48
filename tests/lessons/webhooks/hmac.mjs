// A webhook proves that it comes from the sender: by an HMAC of the raw body and a time, compared in constant time.
import { createHmac, timingSafeEqual } from 'node:crypto';
import express from 'express';
import request from 'supertest';

const secret = 'whsec_shared_with_the_sender';
const now = () => 1_750_000_000; // the clock of this lesson, in seconds
const sign = (timestamp, body) => createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');

const verify = (req, res, next) => {
  const [, timestamp, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(req.get('x-signature') ?? '') ?? [];
  if (!signature) return res.status(400).send('no signature');
  if (Math.abs(now() - Number(timestamp)) > 300) return res.status(400).send('too old');
  const expected = Buffer.from(sign(timestamp, req.body), 'hex');
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return res.status(401).send('wrong signature');
  next();
};

const app = express();
// The raw bytes: JSON that has been parsed and printed again need not be what was signed.
app.post('/webhook', express.raw({ type: 'application/json' }), verify, (req, res) => {
  const { type, amount } = JSON.parse(req.body);
  res.send(`${type} of ${amount} accepted`);
});

const body = '{"type": "payment",  "amount": 42}';
const send = async (title, text, signature) => {
  const call = request(app).post('/webhook').type('json');
  const response = await (signature ? call.set('x-signature', signature) : call).send(text);
  console.log(`${title}: ${response.status} ${response.text}`);
};

const time = now() - 10;
await send('genuine', body, `t=${time},v1=${sign(time, body)}`);
await send('changed', body.replace('42', '4200'), `t=${time},v1=${sign(time, body)}`);
await send('replayed an hour later', body, `t=${time - 3600},v1=${sign(time - 3600, body)}`);
await send('an old one with a new time', body, `t=${time},v1=${sign(time - 3600, body)}`);
await send('unsigned', body);
