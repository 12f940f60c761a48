// A real gateway for a test, in a process of its own, and callers of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../site/server/main.mjs', import.meta.url));

/**
 * Starts `main.mjs` on a free port of 127.0.0.1. `address` is RUNNER_ADDRESS; `enabled: false` leaves
 * LEARNING_RUNNER_ENABLED away; `env` is more environment. `stop()` ends it with SIGTERM and resolves with its exit code.
 */
export async function startGateway({ address = 'unix:/nonexistent', enabled = true, env = {}, listen = '127.0.0.1:0' } = {}) {
  const environment = { ...process.env, RUNNER_ADDRESS: address, LEARNING_RUNNER_ENABLED: 'true', ...env };
  if (!enabled) delete environment.LEARNING_RUNNER_ENABLED;
  const child = spawn(process.execPath, [main, '--listen', listen], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = once(child, 'close').then(([code, signal]) => signal ?? code);
  const ready = once(createInterface({ input: child.stdout }), 'line').then(([line]) => line);
  const first = await Promise.race([ready, ended]);
  const url = /^listening (http:\S+)$/.exec(String(first))?.[1];
  if (!url) {
    child.kill('SIGKILL');
    await ended;
    throw Object.assign(new Error(`the gateway did not start (${first}): ${log}`), { exitCode: first, log });
  }
  return {
    url,
    pid: child.pid,
    get log() {
      return log;
    },
    /** Resident memory, in bytes. */
    residentBytes: async () => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${child.pid}/status`, 'utf8'))[1]) * 1024,
    kill: (signal) => child.kill(signal),
    ended,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** A browser, as far as cookies go. */
export class Caller {
  cookie;
  #url;
  #headers;

  constructor(url, headers = {}) {
    this.#url = url;
    this.#headers = headers;
  }

  async fetch(path, { headers, ...options } = {}) {
    const cookie = this.cookie ? { cookie: this.cookie } : {};
    const response = await fetch(this.#url + path, { ...options, headers: { ...this.#headers, ...cookie, ...headers } });
    const set = response.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0];
    return response;
  }

  get = (path, options) => this.fetch(path, options);
  delete = (path, options) => this.fetch(path, { method: 'DELETE', ...options });
  post = (path, body, { headers, ...options } = {}) =>
    this.fetch(path, {
      method: 'POST',
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
      ...options,
    });

  /** Starts a run of one source; `more` goes into the request. */
  run = (source, more = {}, options = {}) => this.post('/api/runs', { files: [{ path: 'main.mjs', content: source }], ...more }, options);

  /** The same, to its end: all its lines. */
  async runAll(source, more = {}) {
    const response = await this.run(source, more);
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return Array.fromAsync(linesOf(response));
  }
}

/** The objects of an NDJSON response as they come. */
export async function* linesOf(response) {
  let text = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split('\n');
    text = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
  if (text) throw new Error(`the last line has no end: ${text}`);
}

export const textOf = (lines, stream = 'stdout') => lines.filter(({ event }) => event === stream).map(({ text }) => text).join('');
