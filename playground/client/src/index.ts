// @runner/client: run JavaScript nobody trusts, and read what it prints while it runs.
export { RunnerClient } from './client.js';
export type { CallOptions, ClientOptions, ServingStatus } from './client.js';
export type { Daemon } from './daemons.js';
export { defaultAddresses, isEnabled, parseAddresses, requireEnabled } from './environment.js';
export type { Environment } from './environment.js';
export { BusyError, InvalidRequestError, RunnerDisabledError, RunnerError, UnavailableError } from './errors.js';
export type { FieldViolation, StatusName } from './errors.js';
export type { CaseResult, GradeEvent, GradeOptions, GradeRequest, GradeTotal } from './grade.js';
export { jsonEvents, resultJson } from './json-events.js';
export type { JsonObject } from './json-events.js';
export type { RetryOptions } from './retry.js';
export { Run } from './run.js';
export type * from './types.js';
