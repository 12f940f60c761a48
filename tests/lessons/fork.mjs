// policy: cluster
// A child process with messages both ways.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
if (process.send) {
  process.on('message', (n) => {
    process.send(n * n);
    process.disconnect();
  });
} else {
  const child = fork(fileURLToPath(import.meta.url));
  child.on('message', (square) => console.log('the child says', square));
  child.on('exit', (code, signal) => console.log('exit', code, signal));
  child.send(12);
}
