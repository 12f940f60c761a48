// Events as `runnerctl run --json` prints them (docs/runnerctl.md): what goes over HTTP, into logs and into files.
import { isUtf8 } from 'node:buffer';
import type { RunEvent, RunResult } from './types.js';
import { incompleteTailLength } from './utf8.js';

export type JsonObject = Record<string, unknown>;

/** "EXITED", "cold" and so on are the names of docs/runnerctl.md. */
const startName = (start: string): string => ({ START_KIND_COLD: 'cold', START_KIND_WARM: 'warm' })[start] ?? 'unknown';
const ms = (value: number | undefined): number => Math.round((value ?? 0) * 1000) / 1000;
const textOr = (bytes: Buffer): JsonObject =>
  isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };

/** The last line of a run. */
export function resultJson(result: RunResult): JsonObject {
  const { usage, collected, phases } = result;
  return {
    event: 'result',
    verdict: result.verdict,
    exit_code: result.exitCode ?? null,
    signal: result.signal ?? null,
    limit: result.limit ?? null,
    syscall: result.syscall || null,
    message: result.message,
    hint: result.hint || null,
    usage: {
      wall_time_ms: ms(usage.wallTimeMs),
      cpu_time_ms: ms(usage.cpuTimeMs),
      memory_peak_bytes: usage.memoryPeakBytes,
      processes_peak: usage.processesPeak,
      stdout_bytes: usage.stdoutBytes,
      stderr_bytes: usage.stderrBytes,
    },
    truncated: { stdout: result.stdoutTruncated, stderr: result.stderrTruncated },
    start: startName(result.start),
    queue_time_ms: ms(result.queueTimeMs),
    run_id: result.runId,
    image: result.image,
    policy: result.policy,
    protections: result.protections,
    collected: collected
      ? {
          files: collected.files,
          bytes: collected.bytes,
          refused: collected.refused,
          refused_count: collected.refusedCount,
          unmatched: collected.unmatched,
          incomplete: collected.incomplete || null,
        }
      : null,
    ...(phases.length ? { phases_ms: Object.fromEntries(phases.map(({ name, atMs }) => [name, ms(atMs)])) } : {}),
  };
}

/**
 * The events of a run as JSON objects, in order. Output is `text` where it is valid UTF-8 and `base64` where it is not; a
 * character that comes in two pieces is put together first. Ends with the object of the result, or throws what the run
 * throws.
 */
export async function* jsonEvents(run: AsyncIterable<RunEvent>): AsyncGenerator<JsonObject, void, undefined> {
  const nothing: { offsetMs: number; bytes: Buffer } = { offsetMs: 0, bytes: Buffer.alloc(0) };
  const held = { stdout: nothing, stderr: nothing };
  const flush = function* (): Generator<JsonObject> {
    for (const name of ['stdout', 'stderr'] as const) {
      const { offsetMs, bytes } = held[name];
      held[name] = nothing;
      if (bytes.length) yield { event: name, offset_ms: ms(offsetMs), ...textOr(bytes) };
    }
  };
  for await (const event of run) {
    switch (event.type) {
      case 'queued':
        yield { event: 'queued', position: event.position };
        break;
      case 'started':
        yield {
          event: 'started',
          run_id: event.runId,
          image: event.image,
          policy: event.policy,
          start: startName(event.start),
          queue_time_ms: ms(event.queueTimeMs),
        };
        break;
      case 'stdout':
      case 'stderr': {
        const before = held[event.type].bytes;
        const bytes = before.length ? Buffer.concat([before, event.data]) : event.data;
        const whole = bytes.length - incompleteTailLength(bytes);
        held[event.type] = { offsetMs: event.offsetMs, bytes: bytes.subarray(whole) };
        if (whole) yield { event: event.type, offset_ms: ms(event.offsetMs), ...textOr(bytes.subarray(0, whole)) };
        break;
      }
      case 'file':
        yield* flush();
        yield {
          event: 'file',
          offset_ms: ms(event.offsetMs),
          path: event.path,
          size: event.size,
          mode: event.mode.toString(8).padStart(4, '0'),
          ...textOr(event.content),
        };
        break;
      case 'result':
        yield* flush();
        yield resultJson(event.result);
        break;
    }
  }
}
