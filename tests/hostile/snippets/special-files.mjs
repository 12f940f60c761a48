// Bits and links that mean something elsewhere.
import fs from 'node:fs';
fs.writeFileSync('/tmp/program', 'x');
fs.chmodSync('/tmp/program', 0o6755);
console.log((fs.statSync('/tmp/program').mode & 0o7777).toString(8));
fs.symlinkSync('/etc/shadow', '/tmp/link');
try {
  fs.readFileSync('/tmp/link');
} catch (error) {
  console.log(error.code);
}
try {
  fs.linkSync('/usr/bin/node', '/tmp/hard');
} catch (error) {
  console.log(error.code);
}
