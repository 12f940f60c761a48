// Files in the workspace: written, read, listed, watched over and removed.
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
await mkdir('data/2024', { recursive: true });
await writeFile('data/2024/users.json', JSON.stringify([{ name: 'Ada' }]));
console.log(await readdir('data', { recursive: true }), JSON.parse(await readFile('data/2024/users.json', 'utf8')));
console.log((await stat('data/2024/users.json')).size);
await rm('data', { recursive: true });
await readFile('data/2024/users.json').catch((error) => console.log(error.code, error.path));
