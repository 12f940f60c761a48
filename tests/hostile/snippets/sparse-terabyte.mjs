import fs from 'node:fs';
try {
  fs.truncateSync((fs.writeFileSync('/tmp/sparse', ''), '/tmp/sparse'), 2 ** 40);
  console.log('made');
} catch (error) {
  console.log(error.code);
}
