// Logs for machines: one JSON object a line, a level, the same fields everywhere, and no secrets.
import pino from 'pino';

const logger = pino({
  level: process.env.LOG_LEVEL ?? 'info',
  base: { service: 'shop' }, // instead of pid and hostname
  timestamp: false, // so that this lesson prints the same every time
  redact: ['password', 'request.headers.authorization'],
  formatters: { level: (label) => ({ level: label }) },
  serializers: { err: ({ name, message }) => ({ name, message }) },
});

logger.debug('not printed at this level');
logger.info({ user: 'ada', password: 'analytical' }, 'login');

const log = logger.child({ requestId: 'r-17' });
log.info({ request: { method: 'GET', headers: { authorization: 'Bearer abc', accept: '*/*' } } }, 'request');
try {
  null.name;
} catch (err) {
  log.error({ err }, 'request failed');
}
