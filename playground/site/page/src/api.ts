// The gateway's HTTP interface as the page uses it; docs/integrating.md describes it.
import { lines } from './ndjson.ts';

export interface Image {
  name: string;
  nodeVersion: string;
  packages?: string[];
}
export interface Policy {
  name: string;
  description?: string;
}
export type Info =
  | { enabled: true; images: Image[]; policies: Policy[]; defaultImage: string; defaultPolicy: string }
  | { enabled: false; message: string };

export interface SourceFile {
  path: string;
  content: string;
}
export interface Example {
  id: string;
  topic: string;
  title: string;
  entry: string;
  files: SourceFile[];
  image?: string;
  policy?: string;
  stdin?: string;
  args?: string[];
  env?: Record<string, string>;
}

export interface RunRequest {
  files: SourceFile[];
  entry?: string;
  image?: string;
  policy?: string;
  args?: string[];
  env?: Record<string, string>;
  stdin?: string;
  interactive?: boolean;
}
export interface Limit {
  name: string;
  unit: string;
  allowed: number;
  observed: number;
}
export interface Result {
  event: 'result';
  verdict: string;
  exit_code: number | null;
  signal: number | string | null;
  syscall?: string | null;
  limit: Limit | null;
  message: string;
  hint: string | null;
  usage: { wall_time_ms: number; cpu_time_ms: number; memory_peak_bytes: number };
  truncated: { stdout: boolean; stderr: boolean };
}
export type RunEvent =
  | { event: 'run'; id: string }
  | { event: 'queued'; position?: number }
  | { event: 'started' }
  | { event: 'stdout' | 'stderr'; text?: string; base64?: string }
  | Result
  | { event: 'error'; error: { code: string; message: string } };

/**
 * What the gateway refused or could not do, by the codes that it gives. Three mean that nothing can be run just now:
 * DISABLED, UNAVAILABLE (no daemon) and, of this page's own, UNREACHABLE (no gateway either).
 */
export class ServiceError extends Error {
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  constructor(code: string, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether nothing can be run until something changes over there. */
  get blocks(): boolean {
    return ['DISABLED', 'UNAVAILABLE', 'UNREACHABLE'].includes(this.code);
  }
}

const unreachable = 'The site does not answer.';

async function request(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { cache: 'no-store', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ServiceError('UNREACHABLE', unreachable);
  }
  if (response.ok) return response;
  throw await refusal(response);
}

async function refusal(response: Response): Promise<ServiceError> {
  const body: unknown = await response.json().catch(() => null);
  const error = (body as { error?: Record<string, unknown> } | null)?.error;
  if (!error || typeof error.message !== 'string') {
    return new ServiceError(
      response.status >= 500 ? 'UNREACHABLE' : 'REFUSED',
      `The site answered with status ${response.status}.`,
    );
  }
  const seconds = Number(response.headers.get('retry-after'));
  const retryAfterMs =
    typeof error.retryAfterMs === 'number' ? error.retryAfterMs : seconds > 0 ? seconds * 1000 : undefined;
  return new ServiceError(typeof error.code === 'string' ? error.code : 'REFUSED', error.message, retryAfterMs);
}

function post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
}

export const getInfo = async (): Promise<Info> => (await request('/api/info')).json();
export const getExamples = async (): Promise<Example[]> => (await request('/api/examples')).json();

/** The events of a run as they arrive. The last is a result or an error; a connection that breaks before throws. */
export async function* run(body: RunRequest, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const response = await post('/api/runs', body, signal);
  if (!response.body) throw new ServiceError('UNREACHABLE', unreachable);
  let last: RunEvent | undefined;
  try {
    for await (const line of lines(response.body)) {
      last = JSON.parse(line) as RunEvent;
      yield last;
    }
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ServiceError('UNREACHABLE', 'The connection broke before the program had ended.');
  }
  if (last?.event !== 'result' && last?.event !== 'error') {
    throw new ServiceError('UNREACHABLE', 'The connection ended before the program had.');
  }
}

export const sendInput = (id: string, text: string): Promise<Response> => post(`/api/runs/${id}/stdin`, { text });
export const endInput = (id: string): Promise<Response> => post(`/api/runs/${id}/stdin`, { end: true });
export const cancel = (id: string): Promise<Response> => request(`/api/runs/${id}`, { method: 'DELETE' });
