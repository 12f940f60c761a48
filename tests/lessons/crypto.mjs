// A webhook's signature, checked in constant time.
import { createHmac, timingSafeEqual, scryptSync, webcrypto } from 'node:crypto';
const sign = (body, secret) => createHmac('sha256', secret).update(body).digest();
const body = JSON.stringify({ event: 'paid', amount: 42 });
const signature = sign(body, 'secret');
console.log(signature.toString('hex'), timingSafeEqual(signature, sign(body, 'secret')));
console.log(scryptSync('password', 'salt', 16, { N: 1024 }).toString('base64'));
console.log(Buffer.from(await webcrypto.subtle.digest('SHA-1', Buffer.from('abc'))).toString('hex'));
