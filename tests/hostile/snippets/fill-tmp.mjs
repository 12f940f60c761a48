import fs from 'node:fs';
const block = Buffer.alloc(2 ** 20, 1);
let written = 0;
try {
  for (let i = 0; i < 64; ++i) {
    fs.writeFileSync(`/tmp/${i}`, block);
    ++written;
  }
} catch (error) {
  console.log(error.code, written);
}
fs.rmSync('/tmp/0');
fs.writeFileSync('/tmp/again', 'there is room again');
console.log(fs.readFileSync('/tmp/again', 'utf8'));
