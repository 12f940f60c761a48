// A descriptor that accepts orders would be a socket.
import fs from 'node:fs';
const found = [];
for (let fd = 0; fd < 1024; ++fd) {
  try {
    if (fs.fstatSync(fd).isSocket()) found.push(fd);
  } catch {}
}
console.log(found.length, Object.keys(process.env).sort().join(' '), process.execArgv.some((option) => /require|import|preload/.test(option)));
