// Every number up to 65535, and what it is. Node's own are pipes, eventfds and epolls.
import { fstatSync, readlinkSync } from 'node:fs';
const kinds = new Set();
for (let fd = 0; fd < 65536; ++fd) {
  try {
    fstatSync(fd);
    kinds.add(readlinkSync(`/proc/self/fd/${fd}`).replace(/:\[\d+\]$/, ''));
  } catch (error) {
    if (error.code !== 'EBADF') kinds.add(error.code);
  }
}
console.log([...kinds].sort().join(' '));
