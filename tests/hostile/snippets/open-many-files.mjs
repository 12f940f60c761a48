import { openSync } from 'node:fs';
let count = 0;
try {
  for (; count < 5000; ++count) openSync('/dev/null');
  console.log('all');
} catch (error) {
  console.log(error.code, count < 1024);
}
