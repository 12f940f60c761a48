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
  #of = new Map(); // how many, by the caller's key and by address
  #settings;

  constructor(settings) {
    this.#settings = settings;
  }

  /** Takes a place for a run, or throws. `release` gives it back. */
  add(id, entry) {
    const { key, counted, address } = entry.caller;
    const { runsAtOnce, runsAtOnceAndAddress } = this.#settings;
    if (counted && this.#goingOnOf(key) >= runsAtOnce) {
      throw new Problem(429, 'RATE_LIMITED', `only ${runsAtOnce} runs at a time`, { retryAfterMs: 1000 });
    }
    if (address !== undefined && this.#goingOnOf(address) >= runsAtOnceAndAddress) {
      throw new Problem(429, 'RATE_LIMITED', `only ${runsAtOnceAndAddress} runs at a time from one address`, { retryAfterMs: 1000 });
    }
    if (this.#runs.size >= this.#settings.runsAltogether) {
      throw new Problem(429, 'RESOURCE_EXHAUSTED', 'too many runs are going on', { retryAfterMs: 1000 });
    }
    this.#runs.set(id, entry);
    this.#count(key, 1);
    this.#count(address, 1);
  }

  release(id) {
    const entry = this.#runs.get(id);
    if (!entry) return;
    this.#runs.delete(id);
    this.#count(entry.caller.key, -1);
    this.#count(entry.caller.address, -1);
  }

  #goingOnOf(who) {
    return this.#of.get(who) ?? 0;
  }

  #count(who, by) {
    if (who === undefined) return;
    const now = this.#goingOnOf(who) + by;
    if (now > 0) this.#of.set(who, now);
    else this.#of.delete(who);
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
