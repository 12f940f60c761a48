// What node:crypto is asked for every day: hashes, encryption that notices changes, signatures, and random values.
import { createCipheriv, createDecipheriv, createHash, generateKeyPairSync, randomBytes, randomInt, sign, verify } from 'node:crypto';

console.log(createHash('sha256').update('abc').digest('hex').slice(0, 16));

const key = randomBytes(32);
const encrypt = (text) => {
  const iv = randomBytes(12); // never the same one twice for a key
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return { iv, data, tag: cipher.getAuthTag() };
};
const decrypt = ({ iv, data, tag }) => {
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAuthTag(tag);
  return decipher.update(data, undefined, 'utf8') + decipher.final('utf8');
};

const box = encrypt('meet at nine');
console.log(decrypt(box), box.data.length, encrypt('meet at nine').data.equals(box.data));
box.data[0] ^= 1;
try {
  decrypt(box);
} catch ({ message }) {
  console.log(message);
}

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const signature = sign(null, Buffer.from('I owe you 5'), privateKey);
const says = (text) => verify(null, Buffer.from(text), publicKey, signature);
console.log(says('I owe you 5'), says('I owe you 50'), signature.length);

const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode('abc'));
console.log(Buffer.from(digest).toString('hex'), randomInt(6) < 6);
