// What the environment says: where the daemons are, and whether programs may be run at all.
import { accessSync } from 'node:fs';
import { RunnerDisabledError } from './errors.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const systemSocket = '/run/runner/runner.sock';

/** Whether LEARNING_RUNNER_ENABLED is exactly "true". Anything else means no: running code is never on by accident. */
export const isEnabled = (env: Environment = process.env): boolean => env.LEARNING_RUNNER_ENABLED === 'true';

/** Throws RunnerDisabledError unless isEnabled(). */
export function requireEnabled(env: Environment = process.env): void {
  if (!isEnabled(env)) throw new RunnerDisabledError(env.LEARNING_RUNNER_ENABLED);
}

/**
 * The targets in a list like RUNNER_ADDRESS: separated by commas, each a gRPC name (`unix:PATH`, `dns:///HOST:PORT`,
 * `HOST:PORT`) or an absolute path, which is a unix socket. Throws TypeError for what cannot be an address.
 */
export function parseAddresses(list: string): string[] {
  const targets = list.split(',').map((part) => part.trim()).filter((part) => part !== '');
  if (targets.length === 0) throw new TypeError('no address; write unix:PATH or dns:///HOST:PORT');
  for (const target of targets) {
    if (/[\s\x00-\x1f\x7f]/.test(target)) throw new TypeError(`address '${target}' has a space or a control character`);
    if (/^https?:\/\//.test(target)) {
      throw new TypeError(`address '${target}' is a web address; write dns:///HOST:PORT`);
    }
  }
  return targets.map((target) => (target.startsWith('/') ? `unix:${target}` : target));
}

/** RUNNER_ADDRESS, or where a daemon listens by default: what `runnerctl` would use. */
export function defaultAddresses(env: Environment = process.env): string[] {
  if (env.RUNNER_ADDRESS) return parseAddresses(env.RUNNER_ADDRESS);
  const uid = process.getuid?.() ?? 0;
  const own = `${env.XDG_RUNTIME_DIR || `/run/user/${uid}`}/runner/runner.sock`;
  const system = uid === 0 || (!exists(own) && exists(systemSocket));
  return [`unix:${system ? systemSocket : own}`];
}

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
