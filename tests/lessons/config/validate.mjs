// The environment is text from outside: check it once, at the start, and hand on values of the right type, frozen.
import { z } from 'zod';

const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: z.coerce.number().int().min(1).max(65535).default(3000),
  DATABASE_URL: z.url(),
  FEATURES: z
    .string()
    .default('')
    .transform((list) => list.split(',').filter(Boolean)),
  LOG_LEVEL: z.enum(['debug', 'info', 'error']).default('info'),
});

const config = Object.freeze(schema.parse(process.env));
console.log(config);

try {
  config.PORT = 1;
} catch ({ message }) {
  console.log(message);
}
