// The "integrity" of a lock file: a hash of the package's archive, which npm compares with what it downloaded.
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

const integrityOf = (bytes) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

const published = gzipSync('module.exports = (n) => n % 2 === 1;');
const lock = { name: 'is-odd', version: '3.0.1', integrity: integrityOf(published) };

const install = (archive) => {
  const got = integrityOf(archive);
  if (got !== lock.integrity) {
    throw Object.assign(new Error(`${lock.name}@${lock.version} is not the archive that was locked`), { code: 'EINTEGRITY' });
  }
  return gunzipSync(archive).toString();
};

console.log(install(published));
const tampered = Buffer.from(published);
tampered[tampered.length - 1] ^= 1;
try {
  install(tampered);
} catch ({ code, message }) {
  console.log(code, message);
}
console.log(integrityOf('abc').slice(0, 27));
