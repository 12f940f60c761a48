// What can go wrong with the service or a request. What becomes of a program is never an error: see RunResult.verdict.
import { status as Status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { detailsOf } from './protocol.js';
import { toMs } from './plain.js';

export interface FieldViolation {
  /** The path of the field in the proto, such as "files[2].path". */
  field: string;
  /** What is wrong with it, the value and what is allowed. */
  description: string;
}

/** The name of a gRPC status, such as "INVALID_ARGUMENT". */
export type StatusName = keyof typeof Status;

/** A call that failed. `message` is a sentence; `code` decides what to do about it. */
export class RunnerError extends Error {
  readonly code: StatusName | 'DISABLED';
  /** How long the server asks to wait before trying again, if it does. */
  readonly retryDelayMs: number | undefined;
  constructor(code: StatusName | 'DISABLED', message: string, options?: ErrorOptions & { retryDelayMs?: number }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.retryDelayMs = options?.retryDelayMs;
  }
}

/** INVALID_ARGUMENT: the request is wrong, and stays so. `violations` names every field, by its path in the proto. */
export class InvalidRequestError extends RunnerError {
  readonly violations: readonly FieldViolation[];
  constructor(message: string, violations: readonly FieldViolation[], options?: ErrorOptions) {
    super('INVALID_ARGUMENT', message, options);
    this.violations = violations;
  }
}

/** RESOURCE_EXHAUSTED: no place just now. `subject` says whose quota is used up: "queue", "calls" or "request_bytes". */
export class BusyError extends RunnerError {
  readonly subject: string | undefined;
  constructor(message: string, options?: ErrorOptions & { retryDelayMs?: number; subject?: string }) {
    super('RESOURCE_EXHAUSTED', message, options);
    this.subject = options?.subject;
  }
}

/** UNAVAILABLE: no daemon could be reached, it is stopping, or the connection broke in the middle of a run. */
export class UnavailableError extends RunnerError {
  constructor(message: string, options?: ErrorOptions & { retryDelayMs?: number }) {
    super('UNAVAILABLE', message, options);
  }
}

/** The environment does not say that programs may be run here. `message` is fit to be shown. */
export class RunnerDisabledError extends RunnerError {
  constructor(value: string | undefined) {
    super(
      'DISABLED',
      `Running code is not enabled on this server: LEARNING_RUNNER_ENABLED is ${
        value === undefined ? 'not set' : `"${value.slice(0, 32)}"`
      }. Start the runner with "LEARNING_RUNNER_ENABLED=true npm run runner", and the site with the same variable.`,
    );
  }
}

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && typeof (error as { code?: unknown }).code === 'number';

/** What grpc-js threw, as one of the classes above. Everything else stays what it is. */
export function toRunnerError(error: unknown): unknown {
  if (!isServiceError(error)) return error;
  const { badRequest, retryInfo, quotaFailure } = detailsOf(error.metadata);
  const options = { cause: error, ...(retryInfo ? { retryDelayMs: toMs(retryInfo.retryDelay) } : {}) };
  const message = error.details || error.message;
  switch (error.code) {
    case Status.INVALID_ARGUMENT:
      return new InvalidRequestError(message, badRequest?.fieldViolations ?? [], options);
    case Status.RESOURCE_EXHAUSTED: {
      const subject = quotaFailure?.violations[0]?.subject;
      return new BusyError(message, subject === undefined ? options : { ...options, subject });
    }
    case Status.UNAVAILABLE:
      return new UnavailableError(message, options);
    default:
      return new RunnerError((Status[error.code] ?? 'UNKNOWN') as StatusName, message, options);
  }
}
