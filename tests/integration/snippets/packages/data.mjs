import assert from 'node:assert/strict';

export default {
  zod(zod) {
    const { z } = zod.z ? zod : { z: zod };
    const user = z.object({ name: z.string().min(1), age: z.number().int() });
    assert.deepEqual(user.parse({ name: 'Ada', age: 36 }), { name: 'Ada', age: 36 });
    assert.deepEqual(user.safeParse({ name: '', age: 36 }).error.issues[0].path, ['name']);
  },

  async joi(Joi) {
    const schema = Joi.object({ port: Joi.number().port().required() });
    assert.deepEqual(await schema.validateAsync({ port: '80' }), { port: 80 });
    assert.match(schema.validate({}).error.message, /"port" is required/);
  },

  ajv(Ajv) {
    const ajv = new (Ajv.default ?? Ajv)();
    const validate = ajv.compile({ type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] });
    assert.equal(validate({ n: 1 }), true);
    assert.equal(validate({ n: 'one' }), false);
    assert.equal(validate.errors[0].instancePath, '/n');
  },

  async graphql({ buildSchema, graphql }) {
    const schema = buildSchema('type Query { add(a: Int!, b: Int!): Int! }');
    const answer = await graphql({ schema, source: '{ add(a: 1, b: 2) }', rootValue: { add: ({ a, b }) => a + b } });
    assert.equal(answer.data.add, 3);
    assert.match((await graphql({ schema, source: '{ subtract }' })).errors[0].message, /Cannot query field/);
  },

  lodash(_) {
    assert.deepEqual(_.groupBy(['one', 'two', 'three'], 'length'), { 3: ['one', 'two'], 5: ['three'] });
    assert.equal(_.get({ a: [{ b: 1 }] }, 'a[0].b'), 1);
  },

  'date-fns'({ addMonths, format }) {
    assert.equal(format(addMonths(new Date(2024, 0, 31), 1), 'yyyy-MM-dd EEEE'), '2024-02-29 Thursday');
  },

  async rxjs({ from, lastValueFrom, map, filter, toArray }) {
    const squares = from([1, 2, 3, 4]).pipe(filter((n) => n % 2 === 0), map((n) => n * n), toArray());
    assert.deepEqual(await lastValueFrom(squares), [4, 16]);
  },
};
