// The test runner that comes with Node: subtests, hooks, mocks, skipped and failing tests, and an exit code.
import assert from 'node:assert/strict';
import { beforeEach, describe, it, mock } from 'node:test';

class Cart {
  items = [];
  constructor(priceOf) {
    this.priceOf = priceOf;
  }
  add(product, quantity = 1) {
    if (!(quantity > 0)) throw new RangeError(`cannot add ${quantity} of ${product}`);
    this.items.push({ product, quantity });
  }
  total() {
    return this.items.reduce((sum, { product, quantity }) => sum + quantity * this.priceOf(product), 0);
  }
}

describe('a cart', () => {
  let cart, priceOf;
  beforeEach(() => {
    priceOf = mock.fn(() => 10);
    cart = new Cart(priceOf);
  });

  it('costs nothing when it is empty', () => assert.equal(cart.total(), 0));
  it('adds up prices', () => {
    cart.add('lamp', 2);
    assert.equal(cart.total(), 20);
    assert.deepEqual(priceOf.mock.calls[0].arguments, ['lamp']);
  });
  it('refuses strange quantities', () => {
    assert.throws(() => cart.add('lamp', 0), { name: 'RangeError', message: /cannot add 0/ });
  });
  it('gives discounts', { todo: 'next week' }, () => {});
});
