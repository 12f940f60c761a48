import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

if (process.argv[2] === 'child') {
  process.on('message', (n) => {
    process.send(n * 2);
    process.exit(3);
  });
} else {
  const child = fork(fileURLToPath(import.meta.url), ['child']);
  child.on('message', (n) => console.log('the child says', n));
  child.on('exit', (code) => console.log('the child ended with', code));
  child.send(21);
}
