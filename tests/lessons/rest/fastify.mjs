// Fastify: a schema for the request, one for the answer, and inject() to try the API without a port.
import Fastify from 'fastify';

const app = Fastify();

app.post('/orders', {
  schema: {
    body: {
      type: 'object',
      required: ['product', 'quantity'],
      properties: { product: { type: 'string' }, quantity: { type: 'integer', minimum: 1 } },
    },
    // What is not listed is not sent: secrets stay inside.
    response: { 201: { type: 'object', properties: { id: { type: 'integer' }, product: { type: 'string' } } } },
  },
  handler: async (request, reply) => {
    reply.code(201);
    return { id: 1, ...request.body, internalPrice: 12.5 };
  },
});

app.addHook('onSend', async (request, reply) => {
  reply.header('x-powered-by', 'hooks');
});

const order = async (payload) => {
  const response = await app.inject({ method: 'POST', url: '/orders', payload });
  console.log(response.statusCode, response.headers['x-powered-by'], response.json());
};

await order({ product: 'lamp', quantity: 2 });
await order({ product: 'lamp', quantity: '3' });
await order({ product: 'lamp', quantity: 0 });
await order({ quantity: 1 });
await app.close();
