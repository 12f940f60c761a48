// GraphQL behind Express: one POST route; who asks is in the context, and resolvers decide what they may see.
import express from 'express';
import { buildSchema, graphql } from 'graphql';
import request from 'supertest';

const schema = buildSchema(`
  type User { name: String! email: String }
  type Query { me: User  user(name: String!): User }
`);

const user = (name) => ({
  name,
  email: (_args, { viewer }) => (viewer === name ? `${name.toLowerCase()}@example.org` : null),
});
const rootValue = {
  me: (_args, { viewer }) => viewer && user(viewer),
  user: ({ name }) => user(name),
};

const app = express();
app.use(express.json());
app.post('/graphql', async (req, res) => {
  const { query: source, variables: variableValues } = req.body;
  const contextValue = { viewer: req.get('authorization')?.replace('Bearer token-of-', '') };
  const result = await graphql({ schema, source, rootValue, variableValues, contextValue });
  res.status(result.data === undefined ? 400 : 200).json(result);
});

const ask = async (query, { as, variables } = {}) => {
  const call = request(app).post('/graphql').send({ query, variables });
  const { status, body } = await (as ? call.set('authorization', `Bearer token-of-${as}`) : call);
  console.log(status, JSON.stringify(body.data ?? body.errors.map(({ message }) => message)));
};

const byName = 'query ($name: String!) { user(name: $name) { name email } }';
await ask('{ me { name } }');
await ask('{ me { name email } }', { as: 'Ada' });
await ask(byName, { as: 'Ada', variables: { name: 'Alan' } });
await ask(byName, { variables: {} });
await ask('{ me { ');
