// Passwords are never stored, only a slow hash with a salt of its own for each: with node:crypto, and with bcrypt.
import { randomBytes, scrypt as scryptCallback, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import bcrypt from 'bcryptjs';

const scrypt = promisify(scryptCallback);

const hash = async (password, salt = randomBytes(16)) => {
  const key = await scrypt(password, salt, 32, { N: 2 ** 14, r: 8, p: 1 });
  return `scrypt$${salt.toString('base64')}$${key.toString('base64')}`;
};
const verify = async (password, stored) => {
  const [, salt, key] = stored.split('$').map((part) => Buffer.from(part, 'base64'));
  return timingSafeEqual(await scrypt(password, salt, 32, { N: 2 ** 14, r: 8, p: 1 }), key);
};

const stored = await hash('correct horse');
console.log(await verify('correct horse', stored), await verify('battery staple', stored));
console.log('the same password twice, the same hash?', (await hash('123456')) === (await hash('123456')));
console.log('the same salt as well?', (await hash('123456', Buffer.alloc(16))) === (await hash('123456', Buffer.alloc(16))));

const bcrypted = await bcrypt.hash('correct horse', 8);
console.log(bcrypted.slice(0, 7), bcrypted.length, await bcrypt.compare('correct horse', bcrypted));
console.log('bcrypt looks at 72 bytes:', bcrypt.truncates('x'.repeat(73)));
