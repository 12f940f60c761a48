import assert from 'node:assert/strict';
import { createServer } from 'node:http';

export default {
  expect(_, { expect }) {
    expect({ a: [1, { b: 2 }] }).toEqual({ a: [1, { b: expect.any(Number) }] });
    assert.throws(() => expect(1).toBe(2), /Expected: .*2/);
  },

  chai({ expect, should }) {
    expect([1, 2, 3]).to.include(2).and.have.lengthOf(3);
    assert.throws(() => expect(1).to.equal(2), /expected 1 to equal 2/);
    assert.equal(typeof should, 'function');
  },

  sinon(sinon) {
    const clock = sinon.useFakeTimers();
    const spy = sinon.spy();
    setTimeout(spy, 1000);
    clock.tick(1000);
    clock.restore();
    sinon.assert.calledOnce(spy);
    const stub = sinon.stub(Math, 'random').returns(0.5);
    assert.equal(Math.random(), 0.5);
    stub.restore();
  },

  async supertest(request) {
    const server = createServer((message, response) => response.setHeader('x-a', 'b').end('{"url":"' + message.url + '"}'));
    const answer = await request(server).get('/path').expect(200).expect('x-a', 'b');
    assert.equal(answer.text, '{"url":"/path"}');
    await assert.rejects(request(server).get('/').expect(404), /expected 404 "Not Found", got 200 "OK"/);
  },
};
