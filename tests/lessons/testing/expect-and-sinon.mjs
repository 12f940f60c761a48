// Matchers by expect, stand-ins by sinon: a function with a clock and a collaborator, tested without waiting.
import { expect } from 'expect';
import sinon from 'sinon';

const remind = (mailer, user, delay) => setTimeout(() => mailer.send(user.email, 'We miss you'), delay);

const clock = sinon.useFakeTimers({ now: new Date('2024-02-29T12:00:00Z') });
const mailer = { send: sinon.stub().returns(true) };

const test = (name, check) => {
  check();
  console.log('ok', name);
};

test('nothing is sent too early', () => {
  remind(mailer, { email: 'ada@example.org' }, 60_000);
  clock.tick(59_999);
  expect(mailer.send.callCount).toBe(0);
});
test('one mail, to the right person', () => {
  clock.tick(1);
  sinon.assert.calledOnceWithExactly(mailer.send, 'ada@example.org', 'We miss you');
});
test('the clock stands where we left it', () => expect(new Date().toISOString()).toBe('2024-02-29T12:01:00.000Z'));
test('matchers look into objects', () => {
  expect({ id: 7, tags: ['a', 'b'] }).toEqual({ id: expect.any(Number), tags: expect.arrayContaining(['b']) });
});
clock.restore();

try {
  expect({ name: 'Ada', age: 36 }).toEqual({ name: 'Ada', age: 37 });
} catch ({ message }) {
  console.log(message);
}
