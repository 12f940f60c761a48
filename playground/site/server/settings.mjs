// What the gateway is told: the command line says where, the environment says the rest.
import { parseArgs } from 'node:util';

export const usage = `usage: node site/server/main.mjs [--listen HOST:PORT]

  --listen HOST:PORT   default 127.0.0.1:8080; port 0 takes a free one

Environment:
  LEARNING_RUNNER_ENABLED        "true", or the page says that running code is not enabled
  RUNNER_ADDRESS                 the daemons, separated by commas; default: where runnerd listens by default
  RUNNER_GATEWAY_TOKEN           lets other back ends in with "Authorization: Bearer"; at least 16 characters
  RUNNER_GATEWAY_SECRET          signs the session cookies; at least 32 characters; the same on every gateway of a site.
                                 Default: random, so that a restart begins new sessions
  RUNNER_GATEWAY_TRUSTED_PROXIES addresses or networks, separated by commas, whose X-Forwarded-* headers are believed
  RUNNER_GATEWAY_RUNS_PER_MINUTE runs a session may start in a minute (60)
  RUNNER_GATEWAY_RUNS_PER_MINUTE_AND_ADDRESS   the same for an address: a class behind one address (600)
  RUNNER_GATEWAY_RUNS_AT_ONCE    runs a session may have going on (4)
  RUNNER_GATEWAY_RUNS_AT_ONCE_AND_ADDRESS      the same for an address (64)
  RUNNER_GATEWAY_RUNS_ALTOGETHER runs going on through this gateway (256)
  RUNNER_GATEWAY_BODY_BYTES      the largest request (4194304)
  RUNNER_GATEWAY_LOG             trace, debug, info, warn, error or silent (info); the log goes to stderr, a JSON object a line`;

export class UsageError extends Error {}

function whole(env, name, otherwise, least, most) {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) throw new UsageError(`${name}: '${text}' is not a number in [${least}, ${most}]`);
  return value;
}

function secret(env, name, least) {
  const value = env[name] || undefined;
  if (value !== undefined && value.length < least) throw new UsageError(`${name} needs at least ${least} characters`);
  return value;
}

function listenAddress(text) {
  const [, host, port] = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text)?.filter((part) => part !== undefined) ?? [];
  if (host === undefined || Number(port) > 65_535) throw new UsageError(`--listen: '${text}' is not HOST:PORT`);
  return { host, port: Number(port) };
}

export function readSettings(argv, env) {
  const { values } = parseArgs({
    args: argv,
    options: { listen: { type: 'string', default: '127.0.0.1:8080' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const proxies = (env.RUNNER_GATEWAY_TRUSTED_PROXIES ?? '').split(',').map((part) => part.trim()).filter(Boolean);
  return {
    help: values.help,
    listen: listenAddress(values.listen),
    token: secret(env, 'RUNNER_GATEWAY_TOKEN', 16),
    cookieSecret: secret(env, 'RUNNER_GATEWAY_SECRET', 32),
    trustProxy: proxies.length > 0 ? proxies : false,
    runsPerMinute: whole(env, 'RUNNER_GATEWAY_RUNS_PER_MINUTE', 60, 1, 1e6),
    runsPerMinuteAndAddress: whole(env, 'RUNNER_GATEWAY_RUNS_PER_MINUTE_AND_ADDRESS', 600, 1, 1e6),
    runsAtOnce: whole(env, 'RUNNER_GATEWAY_RUNS_AT_ONCE', 4, 1, 1024),
    runsAtOnceAndAddress: whole(env, 'RUNNER_GATEWAY_RUNS_AT_ONCE_AND_ADDRESS', 64, 1, 4096),
    runsAltogether: whole(env, 'RUNNER_GATEWAY_RUNS_ALTOGETHER', 256, 1, 4096),
    bodyBytes: whole(env, 'RUNNER_GATEWAY_BODY_BYTES', 4 << 20, 1024, 48 << 20),
    logLevel: env.RUNNER_GATEWAY_LOG || 'info',
  };
}
