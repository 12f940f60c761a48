// Waiting for what happens soon.
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves with the first true value of `what`, asked every 20 ms; throws when there was none in time. */
export async function eventually(what, { timeoutMs = 10_000, say = String(what) } = {}) {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await what();
    if (value) return value;
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${say}`);
    await sleep(20);
  }
}
