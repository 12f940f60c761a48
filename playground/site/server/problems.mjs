// What is answered when something is wrong: {"error":{"code","message",…}}, and its HTTP status.
import { BusyError, InvalidRequestError, RunnerError, UnavailableError } from '@runner/client';

/** A request that this gateway itself refuses. */
export class Problem extends Error {
  constructor(status, code, message, more = {}) {
    super(message);
    Object.assign(this, { status, code, more });
  }
}

const statusOf = { DISABLED: 503, DEADLINE_EXCEEDED: 504, CANCELLED: 499, NOT_FOUND: 404 };

// The fields of the proto, by the names they have in a request over HTTP.
const fieldOf = (field) =>
  ({
    'limits.wall_time': 'limits.wallTimeMs',
    'limits.cpu_time': 'limits.cpuTimeMs',
    'limits.memory_bytes': 'limits.memoryBytes',
    'limits.output_bytes': 'limits.outputBytes',
  })[field] ?? field;

// "/files/0/path" as "files[0].path", which is how the daemon names fields.
const pointerToField = (pointer) => pointer.slice(1).replaceAll(/\/(\d+)/g, '[$1]').replaceAll('/', '.');

function fromValidation({ validation }) {
  const fields = validation.map(({ instancePath, params, message }) => {
    const name = params.additionalProperty ?? params.missingProperty;
    return { field: [pointerToField(instancePath), name].filter(Boolean).join('.'), message };
  });
  return new Problem(400, 'INVALID_ARGUMENT', fields.map((f) => `${f.field || 'the body'} ${f.message}`).join('; '), { fields });
}

const fastifyCodes = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'UNSUPPORTED_MEDIA_TYPE', 'the body must be application/json'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'PAYLOAD_TOO_LARGE', 'the request is too large'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'INVALID_ARGUMENT', 'the body is empty'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'INVALID_ARGUMENT', 'the body is not JSON'],
};

/** Whatever was thrown, as a Problem. What nobody foresaw says nothing to the outside. */
export function toProblem(error) {
  if (error instanceof Problem) return error;
  if (error instanceof InvalidRequestError) {
    const fields = error.violations.map(({ field, description }) => ({ field: fieldOf(field), message: description }));
    return new Problem(400, error.code, error.message, { fields });
  }
  if (error instanceof BusyError) return new Problem(429, error.code, error.message, { retryAfterMs: error.retryDelayMs ?? 1000 });
  // gRPC's own words name sockets and addresses; they are for the log.
  if (error instanceof UnavailableError) {
    return new Problem(503, error.code, 'the runner does not answer', { retryAfterMs: error.retryDelayMs });
  }
  if (error instanceof RunnerError && error.code in statusOf) {
    return new Problem(statusOf[error.code], error.code, error.message, { retryAfterMs: error.retryDelayMs });
  }
  if (error instanceof RunnerError) return new Problem(502, error.code, 'the runner failed to serve this request');
  if (error.validation) return fromValidation(error);
  if (error instanceof SyntaxError && error.statusCode === 400) return new Problem(...fastifyCodes.FST_ERR_CTP_INVALID_JSON_BODY);
  if (error.code in fastifyCodes) return new Problem(...fastifyCodes[error.code]);
  if (error.statusCode >= 400 && error.statusCode < 500) return new Problem(error.statusCode, 'INVALID_ARGUMENT', 'bad request');
  return new Problem(500, 'INTERNAL', 'the server failed to serve this request');
}

export const problemJson = ({ code, message, more }) => ({ code, message, ...more });

export function sendProblem(reply, problem) {
  if (problem.more.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(problem.more.retryAfterMs / 1000));
  return reply.code(problem.status).send({ error: problemJson(problem) });
}
