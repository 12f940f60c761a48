// A JSON Web Token carries its claims, readable by everybody and signed: any change shows. Always say which algorithm counts.
import jwt from 'jsonwebtoken';

const secret = 'a secret of at least 32 characters…';
const iat = 1_750_000_000;
const at = (seconds) => ({ clockTimestamp: iat + seconds, algorithms: ['HS256'], issuer: 'https://example.org' });

const token = jwt.sign({ sub: '42', role: 'reader', iat }, secret, { expiresIn: '15m', issuer: 'https://example.org' });
const [header, payload, signature] = token.split('.');
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'));
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
console.log(decode(header), decode(payload), signature.length);

const check = (title, candidate, options) => {
  try {
    const { sub, role } = jwt.verify(candidate, secret, options);
    console.log(`${title}: user ${sub} is a ${role}`);
  } catch ({ name, message }) {
    console.log(`${title}: ${name}: ${message}`);
  }
};

check('after a minute', token, at(60));
check('after a quarter of an hour', token, at(900));
check('promoted by its owner', [header, encode({ ...decode(payload), role: 'admin' }), signature].join('.'), at(60));
check('without a signature', `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`, at(60));
check('from somebody else', jwt.sign({ sub: '42', iat }, 'another secret', { issuer: 'https://example.org' }), at(60));
check('for another service', jwt.sign({ sub: '42', iat }, secret, { issuer: 'https://example.net' }), at(60));
