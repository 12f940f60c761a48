// A real runnerd for a test: a private unix socket, host uids that no other test's daemon has, an empty configuration.
// What tests/support/daemon.h is to the C++ tests. Needs root, and the images.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const binaries = process.env.RUNNER_BIN_DIR || join(root, 'build/bin');
export const images = process.env.RUNNER_IMAGES || join(root, 'build/images');

const uidsEach = 128;
let made = 0;
// The C++ tests begin at 400 000, and end below this.
const nextFirstUid = () => 1_500_000_000 + ((process.pid % 8192) * 256 + (made++ % 256)) * uidsEach;

// On cgroup v2 a daemon cannot share a cgroup with the test: `./dev enter-own-cgroup --leaf` has made room above ours.
async function cgroupAboveOurs() {
  if (!existsSync('/sys/fs/cgroup/cgroup.controllers')) return undefined;
  const own = /^0::(\/.*)$/m.exec(await readFile('/proc/self/cgroup', 'utf8'))?.[1];
  return own && join('/sys/fs/cgroup', dirname(own));
}

// Whatever ends the test ends its daemons, a signal too.
const living = new Set();
process.once('exit', () => living.forEach((child) => child.kill('SIGTERM')));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(1));

/**
 * Starts a daemon and waits until it takes runs. `config` is more YAML. `socket` is where it listens: give one to have a
 * daemon come back at the same address. With `port`, it listens there, too, on 127.0.0.1. `stop()` ends it with SIGTERM,
 * and throws when that is not a clean end.
 */
export async function startDaemon({ config = '', socket, port } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'runner-playground-test.'));
  await chmod(directory, 0o711); // the daemon gives up root and must still reach its socket
  const address = `unix:${socket ?? join(directory, 'socket')}`;
  const above = await cgroupAboveOurs();
  const file = join(directory, 'runnerd.yaml');
  await writeFile(
    file,
    [
      `listen: ["${address}"${port ? `, "127.0.0.1:${port}"` : ''}]`,
      `images: ${images}`,
      `policies: ${join(root, 'policies')}`,
      `uids: {first: ${nextFirstUid()}, count: ${uidsEach}}`,
      ...(above ? [`cgroup_parent: ${above}`] : []),
      config,
    ].join('\n'),
  );
  const child = spawn(join(binaries, 'runnerd'), ['--config', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  living.add(child);
  child.once('close', () => living.delete(child));
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  const end = async (signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    const how = await ended;
    await rm(directory, { recursive: true, force: true });
    return how;
  };
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise((resolve) => lines.once('line', resolve));
  const first = await Promise.race([ready, ended]);
  if (!String(first).startsWith('ready ')) {
    await end('SIGKILL');
    throw new Error(`runnerd did not start (${first}): ${log}`);
  }
  return {
    address,
    port,
    pid: child.pid,
    get log() {
      return log;
    },
    /** SIGKILL: as when the machine loses it. */
    kill: () => end('SIGKILL'),
    async stop() {
      const how = await end('SIGTERM');
      if (how !== 0) throw new Error(`runnerd ended with ${how}: ${log}`);
    },
    [Symbol.asyncDispose]() {
      return this.stop();
    },
  };
}
