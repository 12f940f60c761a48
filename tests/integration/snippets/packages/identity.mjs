import assert from 'node:assert/strict';

export default {
  jsonwebtoken(jwt) {
    const token = jwt.sign({ sub: 'ada' }, 'secret', { expiresIn: '1h' });
    assert.equal(jwt.verify(token, 'secret').sub, 'ada');
    assert.throws(() => jwt.verify(token, 'another'), { message: 'invalid signature' });
  },

  async bcryptjs(bcrypt) {
    const hash = await bcrypt.hash('password', 4);
    assert.equal(await bcrypt.compare('password', hash), true);
    assert.equal(bcrypt.compareSync('Password', hash), false);
  },

  uuid({ v4, v5, validate }) {
    assert.equal(validate(v4()), true);
    assert.notEqual(v4(), v4());
    assert.equal(v5('example.org', v5.DNS), 'aad03681-8b63-5304-89e0-8ca8f49461b5');
  },

  nanoid({ nanoid, customAlphabet }) {
    assert.match(nanoid(), /^[\w-]{21}$/);
    assert.match(customAlphabet('ab', 9)(), /^[ab]{9}$/);
  },
};
