// Files: written, read, listed, measured and removed, with promises.
import { appendFile, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

await mkdir('data/2024', { recursive: true });
const file = path.join('data', '2024', 'users.json');
await writeFile(file, JSON.stringify([{ name: 'Ada' }]));
console.log((await readdir('data', { recursive: true })).sort());
console.log(JSON.parse(await readFile(file, 'utf8')));

const log = path.format({ dir: 'data', name: 'visits', ext: '.log' });
for (const name of ['Ada', 'Alan']) await appendFile(log, `${name}\n`);
const { size } = await stat(log);
console.log(`${path.basename(log)} has ${size} bytes`);

await rm('data', { recursive: true });
try {
  await readFile(file);
} catch (error) {
  console.log(error.code, error.syscall, error.path);
}
