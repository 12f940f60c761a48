// The service's numbers and verdicts, said to people.
import type { Limit, Result, ServiceError } from './api.ts';

export type Tone = 'good' | 'bad' | 'neutral';
export interface Sentence {
  text: string;
  tone: Tone;
}

export function duration(ms: number): string {
  if (ms < 0.95) return `${Math.max(0.1, ms).toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  return seconds < 60
    ? `${Number(seconds.toFixed(1))} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} bytes`;
  if (count < 1024 * 1024) return `${Math.round(count / 1024)} KB`;
  const megabytes = count / (1024 * 1024);
  return megabytes < 10 ? `${Number(megabytes.toFixed(1))} MB` : `${Math.round(megabytes)} MB`;
}

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

const signals: Record<number, string> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};
const signalName = (signal: Result['signal']): string =>
  typeof signal === 'number' ? (signals[signal] ?? `signal ${signal}`) : (signal ?? 'a signal');

function allowed(limit: Limit | null): string {
  if (!limit) return 'the';
  return limit.unit === 'bytes' ? bytes(limit.allowed) : duration(limit.allowed);
}

/** Of a run that was stopped while it waited. */
export const neverStarted = 'Stopped before the program started';

/** How a run ended: one line for the status, with what to look for where a limit ended it. */
export function describe(result: Result): Sentence {
  const { verdict, usage, limit } = result;
  const cost = [duration(usage.wall_time_ms), usage.memory_peak_bytes > 0 ? bytes(usage.memory_peak_bytes) : '']
    .filter(Boolean)
    .join(' · ');
  switch (verdict) {
    case 'EXITED':
      return result.exit_code === 0
        ? { text: `Finished in ${cost}`, tone: 'good' }
        : { text: `Ended with exit code ${result.exit_code} after ${cost}`, tone: 'bad' };
    case 'SIGNALED':
      return { text: `Ended by ${signalName(result.signal)} after ${cost}`, tone: 'bad' };
    case 'WALL_TIME_LIMIT':
      return {
        text: `Stopped: ${allowed(limit)} time limit — is something still open, such as a timer, a server or standard input?`,
        tone: 'bad',
      };
    case 'CPU_TIME_LIMIT':
      return { text: `Stopped: ${allowed(limit)} CPU limit — is there a loop that never ends?`, tone: 'bad' };
    case 'MEMORY_LIMIT':
      return { text: `Stopped: ${allowed(limit)} memory limit — does something grow without end?`, tone: 'bad' };
    case 'OUTPUT_LIMIT':
      return { text: `Stopped: ${allowed(limit)} output limit — is there a loop that prints?`, tone: 'bad' };
    case 'POLICY_VIOLATION':
      return {
        text: `Stopped: programs may not do this here${result.syscall ? ` (system call ${result.syscall})` : ''}`,
        tone: 'bad',
      };
    case 'CANCELLED':
      return {
        text: usage.wall_time_ms > 0 ? `Stopped by you after ${duration(usage.wall_time_ms)}` : neverStarted,
        tone: 'neutral',
      };
    case 'SETUP_FAILED':
      return { text: `The program could not be started: ${result.message}`, tone: 'bad' };
    default:
      return { text: result.message || verdict, tone: 'bad' };
  }
}

// What a learner needs to know of it; what the server says about addresses and connections is for its operator.
const blocked: Record<string, string> = {
  DISABLED: 'running programs is switched off here',
  UNAVAILABLE: 'the runner does not answer',
  UNREACHABLE: 'the site does not answer',
};

/** Why a program was not run, or not to its end. */
export function describeFailure(error: ServiceError, started: boolean): Sentence {
  const wait = error.retryAfterMs
    ? ` Please try again in ${count(Math.ceil(error.retryAfterMs / 1000), 'second')}.`
    : '';
  const why = blocked[error.code] ?? `${error.message}${wait}`;
  return { text: `${started ? 'Broken off, and how the program ended is not known' : 'Not run'}: ${why}`, tone: 'bad' };
}

/** What the page says while nothing can be run. */
export function describeOutage(error: ServiceError): string {
  const who = error.code === 'UNREACHABLE' ? 'The site' : 'The runner, which programs run on,';
  return `${who} does not answer. What you write stays here, and this page notices by itself when it is back.`;
}
