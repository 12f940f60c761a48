import { readFileSync, readdirSync } from 'node:fs';
const read = [];
for (const path of ['/etc/shadow', '/proc/1/environ', '/proc/1/cmdline', '/proc/1/maps', '/proc/kcore', '/proc/kallsyms',
  '/proc/meminfo', '/proc/sys/kernel/hostname', '/dev/mem', '/dev/kmsg', '/root/.ssh/id_rsa', '/var/run/docker.sock']) {
  try {
    readFileSync(path);
    read.push(path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EACCES') read.push(`${path} ${error.code}`);
  }
}
for (const path of ['/sys', '/root', '/home', '/var', '/run', '/boot', '/proc/1']) {
  try {
    readdirSync(path);
    read.push(path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EACCES') read.push(`${path} ${error.code}`);
  }
}
console.log(read.length === 0 ? 'nothing' : read.join(' '));
