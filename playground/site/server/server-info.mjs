// What the runner says about itself, for the page and for the limits of a run.
const freshMs = 1000;
const timeoutMs = 3000;

/** Gives a function like RunnerClient.serverInfo() that asks once a second, however many pages are opened. */
export function makeServerInfo(runner) {
  let asked;
  let askedAt = 0;
  return () => {
    if (!asked || performance.now() - askedAt > freshMs) {
      askedAt = performance.now();
      asked = runner.client.serverInfo({ timeoutMs, retry: { maxRounds: 1 } });
      asked.catch(() => (asked = undefined));
    }
    return asked;
  };
}
