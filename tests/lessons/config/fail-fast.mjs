// A service with a wrong configuration should not start: all problems at once, on stderr, and exit code 1.
import Ajv from 'ajv';

const ajv = new Ajv({ allErrors: true, coerceTypes: true, useDefaults: true });
const validate = ajv.compile({
  type: 'object',
  required: ['DATABASE_URL', 'SESSION_SECRET'],
  properties: {
    DATABASE_URL: { type: 'string', pattern: '^postgres://' },
    SESSION_SECRET: { type: 'string', minLength: 16 },
    PORT: { type: 'integer', minimum: 1, maximum: 65535, default: 3000 },
  },
});

const config = { ...process.env };
if (!validate(config)) {
  console.error('the configuration is wrong:');
  for (const { instancePath, message } of validate.errors) console.error(`  ${instancePath.slice(1) || 'environment'} ${message}`);
  process.exit(1);
}
console.log('listening on', config.PORT);
