// The real thing for a test: the gateway that serves the built page, and a daemon behind it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { root, startDaemon } from '../../../testing/daemon.mjs';

export { root, startDaemon };

/**
 * Starts the gateway towards ADDRESS. `listen` is for one that has to come back where it was; `env` is more of its
 * environment. `url` is the site's address; `stop()` ends the process.
 */
export async function startGateway({ address, enabled = true, listen = '127.0.0.1:0', env = {} }) {
  const child = spawn(process.execPath, [join(root, 'playground/site/server/main.mjs'), '--listen', listen], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      LEARNING_RUNNER_ENABLED: String(enabled),
      RUNNER_ADDRESS: address,
      RUNNER_GATEWAY_LOG: 'warn',
      RUNNER_GATEWAY_RUNS_PER_MINUTE: '1000',
      ...env,
    },
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = new Promise((resolve) =>
    child.once('close', (code, signal) => resolve(`ended with ${signal ?? code}`)),
  );
  const listening = new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
  const first = await Promise.race([listening, ended]);
  const url = /^listening (http:\S+)/.exec(first)?.[1];
  if (!url) throw new Error(`the gateway did not start (${first}): ${log}`);
  return {
    url,
    get log() {
      return log;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Both, for the tests of a file. */
export async function startSite(options = {}) {
  const daemon = await startDaemon();
  const gateway = await startGateway({ address: daemon.address, ...options });
  return {
    url: gateway.url,
    async stop() {
      await gateway.stop();
      await daemon.stop();
    },
  };
}
