// Grading: a submission, cases, and what each came to.
import type { Daemon, Daemons } from './daemons.js';
import { RunnerError, toRunnerError } from './errors.js';
import type { CaseResult__Output } from './generated/runner/v1/CaseResult.js';
import type { GradeEvent__Output } from './generated/runner/v1/GradeEvent.js';
import type { GradeRequest__Output } from './generated/runner/v1/GradeRequest.js';
import type { GradeStarted__Output } from './generated/runner/v1/GradeStarted.js';
import type { GradeTotal__Output } from './generated/runner/v1/GradeTotal.js';
import type { TestEvent__Output } from './generated/runner/v1/TestEvent.js';
import { fromPlain, toPlain } from './plain.js';
import type { Plain, PlainInput } from './plain.js';
import { withRetries } from './retry.js';
import type { RetryOptions } from './retry.js';

/** runner.v1.GradeRequest in camelCase, durations in milliseconds; bytes may be given as strings. */
export type GradeRequest = PlainInput<GradeRequest__Output>;
export type CaseResult = Plain<CaseResult__Output>;
export type GradeTotal = Plain<GradeTotal__Output>;

export type GradeEvent =
  | ({ type: 'started' } & Plain<GradeStarted__Output>)
  /** A test of a test file has ended. */
  | ({ type: 'test' } & Plain<TestEvent__Output>)
  /** A case has ended. */
  | { type: 'result'; result: CaseResult }
  /** Always the last one. */
  | { type: 'total'; total: GradeTotal };

export interface GradeOptions {
  signal?: AbortSignal;
  /** The call fails with DEADLINE_EXCEEDED after this time. */
  timeoutMs?: number;
  retry?: RetryOptions;
}

export async function* grade(
  daemons: Daemons,
  plain: GradeRequest,
  { signal, timeoutMs, retry }: GradeOptions,
): AsyncGenerator<GradeEvent, void, undefined> {
  const request = fromPlain('runner.v1.GradeRequest', plain);
  const deadline = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
  let call: ReturnType<Daemon['stub']['grade']> | undefined;
  const abort = (): void => call?.cancel();
  signal?.addEventListener('abort', abort, { once: true });
  let whole = false;
  try {
    const { source, first } = await withRetries(
      daemons,
      async ({ stub }) => {
        call = stub.grade(request, deadline);
        call.on('error', () => {}); // the iterator tells
        const source = call[Symbol.asyncIterator]() as AsyncIterator<GradeEvent__Output>;
        return { source, first: await source.next() };
      },
      retry,
      signal,
    );
    for (let next = first; !next.done; next = await source.next()) {
      const event = toEvent(next.value);
      if (event?.type === 'total') whole = true;
      if (event) yield event;
    }
    if (!whole) throw new RunnerError('INTERNAL', 'the daemon ended the call without a total');
  } catch (error) {
    throw signal?.aborted ? signal.reason : toRunnerError(error);
  } finally {
    signal?.removeEventListener('abort', abort);
    if (!whole) call?.cancel();
  }
}

function toEvent({ event, started, test, result, total }: GradeEvent__Output): GradeEvent | undefined {
  if (event === 'started' && started) return { type: event, ...toPlain('runner.v1.GradeStarted', started) };
  if (event === 'test' && test) return { type: event, ...toPlain('runner.v1.TestEvent', test) };
  if (event === 'result' && result) return { type: event, result: toPlain('runner.v1.CaseResult', result) };
  if (event === 'total' && total) return { type: event, total: toPlain('runner.v1.GradeTotal', total) };
  return undefined; // of a newer server
}
