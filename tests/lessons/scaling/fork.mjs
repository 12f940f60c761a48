// A child process of the same program, with messages both ways, and what the parent sees when it fails.
import { fork } from 'node:child_process';
import { once } from 'node:events';

if (process.send) {
  process.on('message', ({ n }) => {
    if (n < 0) throw new RangeError('no negative numbers');
    process.send({ square: n * n });
  });
} else {
  const child = fork(import.meta.filename, { silent: true });
  child.send({ n: 12 });
  const [{ square }] = await once(child, 'message');
  console.log('the child says', square);

  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.send({ n: -1 });
  const [code, signal] = await once(child, 'close');
  console.log('it ended with', { code, signal });
  console.log(stderr.split('\n').find((line) => line.startsWith('RangeError')));
}
