// The same login twice: a session lives on the server and can be ended there; a JWT is valid until it expires, whoever
// wants it gone.
import { randomBytes } from 'node:crypto';
import cookieParser from 'cookie-parser';
import express from 'express';
import jwt from 'jsonwebtoken';
import request from 'supertest';

const secret = randomBytes(32);
const sessions = new Map();

const bySession = (req, res, next) => {
  req.user = sessions.get(req.cookies.sid);
  next(req.user ? undefined : { status: 401 });
};
const byToken = (req, res, next) => {
  try {
    req.user = jwt.verify(req.get('authorization')?.replace('Bearer ', ''), secret, { algorithms: ['HS256'] }).sub;
    next();
  } catch {
    next({ status: 401 });
  }
};

const app = express();
app.use(cookieParser());
app.post('/login', (req, res) => {
  const sid = randomBytes(16).toString('hex');
  sessions.set(sid, 'ada');
  const token = jwt.sign({}, secret, { subject: 'ada', expiresIn: '15m' });
  res.cookie('sid', sid, { httpOnly: true }).json({ token });
});
app.post('/logout', (req, res) => {
  sessions.delete(req.cookies.sid);
  res.clearCookie('sid').end();
});
app.get('/session', bySession, (req, res) => res.send(`${req.user}, looked up among ${sessions.size} session(s)`));
app.get('/token', byToken, (req, res) => res.send(`${req.user}, nothing looked up`));
app.use(({ status }, req, res, next) => res.status(status).send('please log in'));

const login = await request(app).post('/login');
const cookie = login.get('set-cookie')[0].split(';')[0];
const authorization = `Bearer ${login.body.token}`;
const visit = async (when) => {
  const session = await request(app).get('/session').set({ cookie });
  const token = await request(app).get('/token').set({ authorization });
  console.log(`${when}:\n  session ${session.status} ${session.text}\n  token   ${token.status} ${token.text}`);
};

await visit('after the login');
await request(app).post('/logout').set({ cookie });
await visit('after the logout');
