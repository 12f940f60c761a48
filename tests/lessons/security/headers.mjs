// Headers that make a browser careful: Helmet sets them, and CORS says which other sites' scripts may read the answers.
import cors from 'cors';
import express from 'express';
import helmet from 'helmet';
import request from 'supertest';

const app = express();
app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'self'"], imgSrc: ["'self'", 'data:'] } } }));
app.use(cors({ origin: ['https://shop.example.org'], methods: ['GET', 'PUT'], credentials: true, maxAge: 600 }));
app.get('/', (req, res) => res.json({ ok: true }));
const bare = express().get('/', (req, res) => res.json({ ok: true }));

const show = (title, { headers, status }, names) => {
  console.log(title, status);
  for (const name of names) console.log(`  ${name}: ${headers[name] ?? '-'}`);
};

const names = ['content-security-policy', 'strict-transport-security', 'x-content-type-options', 'x-frame-options', 'x-powered-by'];
show('Express alone', await request(bare).get('/'), names);
show('with Helmet', await request(app).get('/'), names);

const allowed = ['access-control-allow-origin', 'access-control-allow-credentials'];
show('from the shop', await request(app).get('/').set('origin', 'https://shop.example.org'), allowed);
show('from elsewhere', await request(app).get('/').set('origin', 'https://evil.example.net'), allowed);
const preflight = { origin: 'https://shop.example.org', 'access-control-request-method': 'PUT' };
show('a preflight', await request(app).options('/').set(preflight), ['access-control-allow-methods', 'access-control-max-age']);
