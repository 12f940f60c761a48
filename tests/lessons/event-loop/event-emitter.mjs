// Events are plain function calls: emit runs every listener, in order, before it returns. An "error" that nobody
// listens to is thrown.
import { EventEmitter, once, on } from 'node:events';

class Order extends EventEmitter {
  pay(amount) {
    this.emit('paid', amount);
    console.log('emit has returned');
  }
}

const order = new Order();
order.on('paid', (amount) => console.log('book', amount));
order.once('paid', (amount) => console.log('thank for', amount, '(only once)'));
order.prependListener('paid', () => console.log('log first'));
order.pay(20);
order.pay(30);
console.log(order.listenerCount('paid'), order.eventNames());

try {
  order.emit('error', new Error('card declined'));
} catch (error) {
  console.log('nobody listened:', error.message);
}

// The same events as promises and as an async iterator.
setImmediate(() => order.pay(40));
const [amount] = await once(order, 'paid');
console.log('awaited', amount);

setImmediate(() => [1, 2, 3].forEach((n) => order.emit('tick', n)));
for await (const [n] of on(order, 'tick')) {
  console.log('tick', n);
  if (n === 3) break;
}
