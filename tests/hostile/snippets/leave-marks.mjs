import { writeFileSync } from 'node:fs';
for (const directory of ['/tmp', '/workspace', '/dev/shm', '/dev', '/etc', '/usr']) {
  try {
    writeFileSync(`${directory}/mark`, 'a run was here');
    console.log(directory);
  } catch {}
}
