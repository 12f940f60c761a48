// The chain. Each part does one thing and either hands on or answers.
import express from 'express';
import morgan from 'morgan';
import session from 'express-session';
import { z } from 'zod';
import { authenticate } from './users.mjs';

const credentials = z.object({
  email: z.email().transform((email) => email.toLowerCase()),
  password: z.string().min(1, 'must not be empty'),
});

const validate = (schema) => (req, res, next) => {
  const { success, data, error } = schema.safeParse(req.body);
  if (success) {
    req.valid = data;
    return next();
  }
  const problems = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  res.status(400).json({ problems });
};

export const app = express();
app.use(morgan('  log :method :url :status'));
app.use(express.json());
app.use(
  session({
    name: 'sid',
    secret: 'not for production',
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax' },
  }),
);

app.post('/login', validate(credentials), async (req, res) => {
  const user = await authenticate(req.valid);
  // The same answer for a wrong password and for nobody: it does not tell who has an account.
  if (!user) return res.status(401).json({ error: 'wrong email or password' });
  // A new session id, so that one known from before the login is worth nothing.
  await new Promise((resolve, reject) => req.session.regenerate((error) => (error ? reject(error) : resolve())));
  req.session.user = user;
  res.json({ welcome: user.name });
});

app.get('/me', (req, res) => {
  if (!req.session.user) return res.status(401).json({ error: 'please log in' });
  res.json(req.session.user);
});

app.post('/logout', (req, res) => req.session.destroy(() => res.status(204).end()));

app.use((error, req, res, next) => {
  res.status(error.status ?? 500).json({ error: error.type ?? 'internal' });
});
