// Trying again, as docs/api.md asks for: by the server's RetryInfo where there is one, elsewhere at once where there is
// another daemon, and never for longer than the caller is willing to wait.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Daemon, Daemons } from './daemons.js';
import { BusyError, RunnerError, UnavailableError, toRunnerError } from './errors.js';

export interface RetryOptions {
  /** Waiting between tries may come to this much altogether. 0: each daemon is asked once, and no more. */
  maxWaitMs?: number;
  /** Each daemon is asked at most this often. */
  maxRounds?: number;
}

const defaults = { maxWaitMs: 10_000, maxRounds: 5 };
const firstDelayMs = 200;

// A message that is too large is RESOURCE_EXHAUSTED too, without RetryInfo, and no smaller the next time.
const canRetry = (error: unknown): error is RunnerError =>
  error instanceof UnavailableError || (error instanceof BusyError && error.retryDelayMs !== undefined);

// Calls `attempt` with one daemon after the other until it succeeds, or fails for good; throws the last error.
export async function withRetries<T>(
  daemons: Daemons,
  attempt: (daemon: Daemon) => Promise<T>,
  options: RetryOptions = {},
  signal?: AbortSignal,
): Promise<T> {
  const { maxWaitMs, maxRounds } = { ...defaults, ...options };
  let waited = 0;
  for (let round = 1; ; ++round) {
    const tried = new Set<Daemon>();
    let delay = Number.POSITIVE_INFINITY;
    let last: unknown;
    for (let daemon = daemons.pick(tried); daemon; daemon = daemons.pick(tried)) {
      signal?.throwIfAborted();
      tried.add(daemon);
      try {
        return await attempt(daemon);
      } catch (error) {
        last = toRunnerError(error);
        if (!canRetry(last)) throw last;
        delay = Math.min(delay, last.retryDelayMs ?? firstDelayMs * 2 ** (round - 1));
      }
    }
    // A random part, or all who were refused come back together.
    delay *= 1 + Math.random() / 2;
    if (round >= maxRounds || waited + delay > maxWaitMs) throw last;
    waited += delay;
    await sleep(delay, undefined, signal ? { signal } : {}).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : error;
    });
  }
}
