// How often and how much: per caller, per address, altogether. Memory is bounded: a least-recently-used table of rates, and
// what is going on.
import { Problem } from './problems.mjs';

const minute = 60_000;

export function makeLimits(app, settings) {
  const perCaller = app.createRateLimit({
    max: settings.runsPerMinute,
    timeWindow: minute,
    cache: 10_000,
    keyGenerator: ({ caller }) => caller.key,
    allowList: ({ caller }) => !caller.counted,
  });
  const perAddress = app.createRateLimit({
    max: settings.runsPerMinuteAndAddress,
    timeWindow: minute,
    cache: 10_000,
    // The address of a back end is not that of its users.
    allowList: ({ caller }) => !caller.key.startsWith('s-'),
  });
  return async (request) => {
    for (const limit of [perCaller, perAddress]) {
      const { isExceeded, ttl } = await limit(request);
      if (isExceeded) {
        throw new Problem(429, 'RATE_LIMITED', 'too many runs in the last minute', { retryAfterMs: Math.max(ttl, 1) });
      }
    }
  };
}

/** The runs that are going on: found by id and owner. */
export class RunsGoingOn {
  #runs = new Map();
  #ofCaller = new Map();
  #settings;

  constructor(settings) {
    this.#settings = settings;
  }

  /** Takes a place for a run, or throws. `release` gives it back. */
  add(id, entry) {
    const { key, counted } = entry.caller;
    const own = this.#ofCaller.get(key) ?? 0;
    if (counted && own >= this.#settings.runsAtOnce) {
      throw new Problem(429, 'RATE_LIMITED', `only ${this.#settings.runsAtOnce} runs at a time`, { retryAfterMs: 1000 });
    }
    if (this.#runs.size >= this.#settings.runsAltogether) {
      throw new Problem(429, 'RESOURCE_EXHAUSTED', 'too many runs are going on', { retryAfterMs: 1000 });
    }
    this.#runs.set(id, entry);
    this.#ofCaller.set(key, own + 1);
  }

  release(id) {
    const entry = this.#runs.get(id);
    if (!entry) return;
    this.#runs.delete(id);
    const left = this.#ofCaller.get(entry.caller.key) - 1;
    if (left > 0) this.#ofCaller.set(entry.caller.key, left);
    else this.#ofCaller.delete(entry.caller.key);
  }

  /** The run, if it is this caller's; that of another is as little there as none. */
  find(id, caller) {
    const entry = this.#runs.get(id);
    if (entry?.caller.key !== caller.key) throw new Problem(404, 'NOT_FOUND', 'there is no such run');
    return entry;
  }

  get size() {
    return this.#runs.size;
  }

  all() {
    return [...this.#runs.values()];
  }
}
