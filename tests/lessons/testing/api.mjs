// An API tested from outside, without a port that is known: supertest starts the application for each request.
import assert from 'node:assert/strict';
import express from 'express';
import request from 'supertest';

const createApp = ({ users }) => {
  const app = express();
  app.use(express.json());
  app.get('/users/:name', async (req, res) => {
    const user = await users.find(req.params.name);
    res.status(user ? 200 : 404).json(user ?? { error: 'no such user' });
  });
  app.use((error, req, res, next) => res.status(error.status ?? 500).json({ error: error.message }));
  return app;
};

// The database is handed in, so that a test can bring its own.
const users = { find: async (name) => (name === 'ada' ? { name: 'ada', born: 1815 } : undefined) };
const app = createApp({ users });

const tests = {
  'a user who is there': () =>
    request(app).get('/users/ada').expect(200).expect('content-type', /json/).expect({ name: 'ada', born: 1815 }),
  'a user who is not': () => request(app).get('/users/alan').expect(404, { error: 'no such user' }),
  'a broken database': async () => {
    const broken = createApp({ users: { find: () => Promise.reject(Object.assign(new Error('down'), { status: 503 })) } });
    await request(broken).get('/users/ada').expect(503, { error: 'down' });
  },
  'an expectation that fails': () =>
    assert.rejects(request(app).get('/users/ada').expect(404), { message: 'expected 404 "Not Found", got 200 "OK"' }),
};

for (const [name, test] of Object.entries(tests)) {
  await test();
  console.log('ok', name);
}
