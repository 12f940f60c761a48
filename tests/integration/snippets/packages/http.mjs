import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import serve from './serve.mjs';

const plainExpress = createRequire(import.meta.url)('express');

// The answer of an Express application that has one middleware and says what `answer` makes of the request.
function withMiddleware(middleware, answer, init) {
  const app = plainExpress();
  app.use(middleware);
  app.get('/', (request, response) => response.json(answer(request)));
  return serve(app, (address) => fetch(address, init));
}

export default {
  async express(express) {
    const app = express();
    app.use(express.json());
    app.post('/users/:id', ({ params, body }, response) => response.status(201).json({ id: params.id, ...body }));
    app.get('/bad', () => {
      throw new Error('on purpose');
    });
    app.use((error, request, response, next) => response.status(500).send(error.message));
    await serve(app, async (address) => {
      const created = await fetch(`${address}/users/7`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"name":"Ada"}',
      });
      assert.equal(created.status, 201);
      assert.deepEqual(await created.json(), { id: '7', name: 'Ada' });
      assert.equal(await (await fetch(`${address}/bad`)).text(), 'on purpose');
    });
  },

  async 'express-session'(session) {
    const app = plainExpress();
    app.use(session({ secret: 'a', resave: false, saveUninitialized: true, store: new session.MemoryStore() }));
    app.get('/', (request, response) => {
      request.session.visits = (request.session.visits ?? 0) + 1;
      response.send(`${request.session.visits}`);
    });
    await serve(app, async (address) => {
      const cookie = (await fetch(address)).headers.get('set-cookie').split(';')[0];
      assert.equal(await (await fetch(address, { headers: { cookie } })).text(), '2');
    });
  },

  async 'cookie-parser'(cookieParser) {
    const answer = await withMiddleware(cookieParser(), ({ cookies }) => cookies, { headers: { cookie: 'a=1; b=2' } });
    assert.deepEqual(await answer.json(), { a: '1', b: '2' });
  },

  async helmet(helmet) {
    const { headers } = await withMiddleware(helmet(), () => 'x');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy'), /default-src 'self'/);
  },

  async cors(cors) {
    const { headers } = await withMiddleware(cors({ origin: 'https://example.org' }), () => 'x');
    assert.equal(headers.get('access-control-allow-origin'), 'https://example.org');
  },

  async morgan(morgan) {
    const lines = [];
    const logger = morgan(':method :url :status', { stream: { write: (line) => lines.push(line) } });
    await (await withMiddleware(logger, () => 'x')).text();
    assert.deepEqual(lines, ['GET / 200\n']);
  },

  async fastify(fastify) {
    const app = fastify();
    const schema = { body: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } };
    app.post('/double', { schema }, async ({ body }) => ({ twice: 2 * body.n }));
    const good = await app.inject({ method: 'POST', url: '/double', payload: { n: 21 } });
    assert.deepEqual(good.json(), { twice: 42 });
    assert.equal((await app.inject({ method: 'POST', url: '/double', payload: {} })).statusCode, 400);
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    assert.equal((await fetch(`${address}/nothing`)).status, 404);
    await app.close();
  },

  async axios(axios) {
    await serve(plainExpress().get('/', (request, response) => response.json(request.query)), async (address) => {
      assert.deepEqual((await axios.get(address, { params: { q: 'x' } })).data, { q: 'x' });
      await assert.rejects(axios.get(`${address}/nothing`), (error) => error.response.status === 404);
    });
  },
};
