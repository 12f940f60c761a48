import { closeSync, openSync } from 'node:fs';
let made = 0;
try {
  for (; made < 1e6; ++made) closeSync(openSync(`/tmp/${made}`, 'w'));
} catch (error) {
  console.log(error.code, made);
}
