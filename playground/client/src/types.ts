// The words of this package. They are those of proto/runner/v1/runner.proto, which is the reference, in camelCase, with
// durations in milliseconds.
import type { FilePart__Output } from './generated/runner/v1/FilePart.js';
import type { RunResult__Output } from './generated/runner/v1/RunResult.js';
import type { ServerInfo__Output } from './generated/runner/v1/ServerInfo.js';
import type { Started__Output } from './generated/runner/v1/Started.js';
import type { Usage__Output } from './generated/runner/v1/Usage.js';
import type { Plain, Sure } from './plain.js';
import type { RetryOptions } from './retry.js';

/** One file of the workspace. A string is sent as UTF-8. */
export interface SourceFile {
  /** Relative, '/' between components, no "..": the proto has all the rules. */
  path: string;
  content: string | Uint8Array;
  executable?: boolean;
}

/** A program: one source (which is sent as `main.mjs`, or under `options.entry`), files, or files by path. */
export type Program = string | readonly SourceFile[] | Readonly<Record<string, string | Uint8Array>>;

/** Upper bounds. What is omitted is the policy's default; `serverInfo()` says what that is, and the maximum. */
export interface Limits {
  wallTimeMs?: number;
  cpuTimeMs?: number;
  memoryBytes?: number;
  outputBytes?: number;
  threads?: number;
  workspaceBytes?: number;
}

export interface Terminal {
  rows?: number;
  columns?: number;
  /** The variable TERM. */
  term?: string;
}

/** The same input gives the same bytes: docs/grading.md says how far that goes. */
export interface Determinism {
  enabled: boolean;
  seed?: number;
  /** What Date.now() begins with. */
  startTimeMs?: number;
}

export interface RunOptions {
  /** The name of an image, such as "node-26". */
  image?: string;
  /** The name of a policy, such as "lesson". */
  policy?: string;
  /** The file to run. */
  entry?: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Standard input, or its beginning with `interactive`. */
  stdin?: string | Uint8Array;
  /** Leave standard input open, for write() and end(). */
  interactive?: boolean;
  limits?: Limits;
  /** [A-Za-z0-9._-]{1,64}. Omitted: a random UUID. */
  runId?: string;
  labels?: Readonly<Record<string, string>>;
  /** Who the run is for: the unit of fairness in the queue. */
  tenant?: string;
  /** Globs: files of the workspace to send back when the program has ended. */
  collect?: readonly string[];
  /** A terminal in place of three pipes. */
  terminal?: Terminal;
  /** "START_KIND_COLD": start Node for this run. */
  start?: 'START_KIND_COLD';
  /** Measure where the time goes: `RunResult.phases`. */
  trace?: boolean;
  determinism?: Determinism;
  /** Aborting kills the run; the iteration and `result` reject with the signal's reason. */
  signal?: AbortSignal;
  /** The call fails with DEADLINE_EXCEEDED after this time, queueing included. Let the wall limit end programs. */
  timeoutMs?: number;
  retry?: RetryOptions;
}

export type Usage = Sure<Plain<Usage__Output>, 'wallTimeMs' | 'cpuTimeMs'>;
/** How a run ended, and what it cost. `exitCode` is there exactly with EXITED, `signal` exactly with SIGNALED. */
export type RunResult = Omit<Sure<Plain<RunResult__Output>, 'queueTimeMs'>, 'usage'> & { usage: Usage };
export type Verdict = RunResult['verdict'];
export type Started = Sure<Plain<Started__Output>, 'queueTimeMs'>;
export type ServerInfo = Plain<ServerInfo__Output>;
/** A collected file, whole. */
export type CollectedFile = Pick<Plain<FilePart__Output>, 'path' | 'size' | 'mode' | 'content'>;

export type RunEvent =
  /** The run waits; `position` runs are ahead of it. */
  | { type: 'queued'; position: number }
  | ({ type: 'started' } & Started)
  /** Bytes as the program wrote them; a character may be split between two events. `offsetMs`: since the start. */
  | { type: 'stdout' | 'stderr'; offsetMs: number; data: Buffer }
  | ({ type: 'file'; offsetMs: number } & CollectedFile)
  /** Always the last one. */
  | { type: 'result'; offsetMs: number; result: RunResult };

/** What Run.output() gathers. */
export interface RunOutput {
  stdout: Buffer;
  stderr: Buffer;
  files: CollectedFile[];
  result: RunResult;
}
