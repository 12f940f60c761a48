// A file name from outside may be a way out: resolve it, and see whether it is still inside.
import { mkdir, readFile, symlink, writeFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import express from 'express';
import request from 'supertest';

await mkdir('public', { recursive: true });
await writeFile('public/hello.txt', 'hello');
await writeFile('secret.txt', 'the secret');
await symlink('../secret.txt', 'public/link.txt');

const root = await realpath('public');
const inside = (file) => file.startsWith(root + path.sep);

const app = express();
app.get('/naive', async (req, res) => res.send(await readFile(path.join(root, req.query.file), 'utf8')));
app.get('/careful', async (req, res) => {
  const asked = path.resolve(root, req.query.file);
  const real = await realpath(asked).catch(() => null);
  if (!inside(asked) || !real || !inside(real)) return res.status(404).send('not found');
  res.send(await readFile(real, 'utf8'));
});
app.use((error, req, res, next) => res.status(500).send(error.code));

for (const file of ['hello.txt', '../secret.txt', 'link.txt', '/etc/hosts', 'a/../hello.txt']) {
  const ask = async (way) => (await request(app).get(way).query({ file })).text;
  console.log(file.padEnd(15), '| naive:', (await ask('/naive')).padEnd(10), '| careful:', await ask('/careful'));
}
