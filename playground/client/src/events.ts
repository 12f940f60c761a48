// Messages of the stream, as events.
import type { RunEvent__Output } from './generated/runner/v1/RunEvent.js';
import type { RunResult__Output } from './generated/runner/v1/RunResult.js';
import { toMs, toPlain } from './plain.js';
import type { RunEvent, RunResult, Started } from './types.js';

export const toResult = (message: RunResult__Output): RunResult => toPlain('runner.v1.RunResult', message) as RunResult;

export class EventReader {
  #parts: Buffer[] = []; // of the collected file that is coming

  // The event of a message; undefined for a piece of a file that is not whole yet, and for what a newer server may send.
  take(message: RunEvent__Output): RunEvent | undefined {
    const offsetMs = toMs(message.offset);
    switch (message.event) {
      case 'queued':
        return { type: 'queued', position: message.queued?.position ?? 0 };
      case 'started':
        return message.started ? { type: 'started', ...(toPlain('runner.v1.Started', message.started) as Started) } : undefined;
      case 'stdout':
      case 'stderr':
        return { type: message.event, offsetMs, data: message[message.event] ?? Buffer.alloc(0) };
      case 'file': {
        const part = message.file;
        if (!part) return undefined;
        if (part.offset === 0) this.#parts = [];
        this.#parts.push(part.content);
        if (!part.last) return undefined;
        const content = Buffer.concat(this.#parts);
        this.#parts = [];
        return { type: 'file', offsetMs, path: part.path, size: part.size, mode: part.mode, content };
      }
      case 'result':
        return message.result ? { type: 'result', offsetMs, result: toResult(message.result) } : undefined;
      default:
        return undefined;
    }
  }
}
