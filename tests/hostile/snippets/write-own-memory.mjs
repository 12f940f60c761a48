import { openSync } from 'node:fs';
try {
  openSync('/proc/self/mem', 'r+');
  console.log('opened');
} catch (error) {
  console.log(error.code);
}
