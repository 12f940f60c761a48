// One run: its events as they come, its input, and its result.
import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { Daemon, Daemons } from './daemons.js';
import { InvalidRequestError, RunnerError, toRunnerError } from './errors.js';
import { EventReader } from './events.js';
import type { RunEvent__Output } from './generated/runner/v1/RunEvent.js';
import type { RunInput } from './generated/runner/v1/RunInput.js';
import { toRequest } from './request.js';
import { withRetries } from './retry.js';
import type { CollectedFile, Program, RunEvent, RunOptions, RunOutput, RunResult } from './types.js';

type Call = ClientDuplexStream<RunInput, RunEvent__Output>;
type Source = AsyncIterator<RunEvent__Output>;
interface Accepted {
  call: Call;
  source: Source;
  first: RunEvent__Output;
}

// What the daemon reads of input that the program does not: behind that much, a message waits with the input.
const readAheadBytes = 256 * 1024;
const cancelPatienceMs = 2000;

/**
 * A run that has been asked for. It begins at once, and is read by exactly one of: iterating (`for await`), `output()`, or
 * awaiting `result` alone, which drops the output. Reading slowly slows the program down, and leaving the loop early kills
 * it. Errors of the service come as rejections, the program's fate as `result.verdict`.
 */
export class Run implements AsyncIterable<RunEvent> {
  /** The run's id, in the daemon's log too. */
  readonly id: string;
  readonly #accepted: Promise<Accepted>;
  readonly #interactive: boolean;
  readonly #signal: AbortSignal | undefined;
  readonly #stop = new AbortController();
  readonly #result: Promise<RunResult>;
  #settle!: { resolve: (result: RunResult) => void; reject: (reason: unknown) => void };
  #call: Call | undefined; // the one that lives, if any
  #taken = false;
  #ended: boolean;
  #cancelled = false;
  #input: Promise<void> = Promise.resolve(); // all of standard input that has been asked for, one after the other
  #inputBytes = 0; // what the call has been given of it

  /** @internal */
  constructor(daemons: Daemons, program: Program, options: RunOptions) {
    this.id = options.runId ?? randomUUID();
    this.#signal = options.signal;
    this.#interactive = Boolean(options.interactive);
    this.#ended = !this.#interactive;
    const start = toRequest(program, { ...options, runId: this.id });
    const deadline = options.timeoutMs === undefined ? {} : { deadline: Date.now() + options.timeoutMs };
    this.#result = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    if (this.#signal?.aborted) this.#abort();
    else this.#signal?.addEventListener('abort', this.#abort, { once: true });
    const attempt = (daemon: Daemon): Promise<Accepted> => this.#attempt(daemon, start, deadline);
    this.#accepted = withRetries(daemons, attempt, options.retry, this.#stop.signal);
    // Whoever reads the run hears of a failure; nobody else has to.
    this.#accepted.catch((error: unknown) => this.#finish(this.#reasonOf(error)));
    this.#result.catch(() => {});
  }

  // Until the first event nothing has been promised to anybody, and the call can be repeated elsewhere.
  async #attempt(daemon: Daemon, start: object, deadline: object): Promise<Accepted> {
    const call: Call = daemon.stub.runInteractive(deadline);
    this.#call = call;
    call.setMaxListeners(0);
    call.once('status', () => {
      if (this.#call === call) this.#call = undefined;
    });
    // The iterator below tells whoever reads; this is for the time when nobody does.
    call.on('error', () => {});
    call.write({ start });
    // Of an interactive run the end is behind its input, which waits for a daemon that accepts.
    if (!this.#interactive) call.write({ closeStdin: {} });
    const source = call[Symbol.asyncIterator]() as Source;
    const { value, done } = await source.next().catch((error: unknown) => {
      throw this.#cancelled ? cancelledEarly() : error; // nor is it for the next daemon
    });
    if (done) throw new RunnerError('INTERNAL', 'the daemon ended the call without a result');
    return { call, source, first: value };
  }

  [Symbol.asyncIterator](): AsyncIterator<RunEvent, void, undefined> {
    if (this.#taken) throw new TypeError('a run can be read once; see Run.result and Run.output()');
    this.#taken = true;
    return this.#read();
  }

  async *#read(): AsyncGenerator<RunEvent, void, undefined> {
    const reader = new EventReader();
    let result: RunResult | undefined;
    try {
      const { source, first } = await this.#accepted;
      for (let next: IteratorResult<RunEvent__Output> = { value: first }; !next.done; next = await source.next()) {
        const event = reader.take(next.value);
        if (event?.type === 'result') result = event.result;
        else if (event) yield event;
      }
      // Only now, when the status has come, is the call over.
      if (!result) throw new RunnerError('INTERNAL', 'the daemon ended the call without a result');
      this.#settle.resolve(result);
      yield { type: 'result', offsetMs: result.usage.wallTimeMs, result };
    } catch (error) {
      const reason = this.#reasonOf(error);
      this.#finish(reason);
      throw reason;
    } finally {
      // Where there is a result already, this changes nothing.
      this.#finish(new RunnerError('CANCELLED', 'nobody read the run to its end'));
      if (!result) this.#call?.cancel();
    }
  }

  /** The result. Unless the run is being read, or is by the end of this turn of the event loop, its output is dropped. */
  get result(): Promise<RunResult> {
    setImmediate(() => {
      if (!this.#taken) this.output().catch(() => {});
    });
    return this.#result;
  }

  /** Reads the run to its end. Bounded by the run's output and workspace limits. */
  async output(): Promise<RunOutput> {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const files: CollectedFile[] = [];
    for await (const event of this) {
      if (event.type === 'stdout') stdout.push(event.data);
      else if (event.type === 'stderr') stderr.push(event.data);
      else if (event.type === 'file') files.push(event);
      else if (event.type === 'result') {
        return { stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), files, result: event.result };
      }
    }
    throw new RunnerError('INTERNAL', 'the daemon ended the call without a result');
  }

  /**
   * Standard input, for a run that is `interactive`. Resolves when the bytes are on their way, which may be as late as when
   * the program reads; input that the program does not want any more is dropped. What is not awaited keeps its order, and
   * is kept in memory.
   */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.#ended) throw new TypeError('standard input has ended (was the run started with interactive: true?)');
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    await this.#afterInput(async () => {
      for (let at = 0; at < bytes.length; at += 65_536) {
        const stdin = bytes.subarray(at, at + 65_536);
        const { call } = await this.#accepted;
        this.#inputBytes += stdin.length;
        await this.#write(call, { stdin });
      }
    });
  }

  /** The end of standard input, after all that has been written. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#afterInput(() => this.#send({ closeStdin: {} }));
  }

  #afterInput(send: () => Promise<void>): Promise<void> {
    const sent = this.#input.then(send);
    this.#input = sent.catch(() => {});
    return sent;
  }

  /** A signal for the program's main process: "SIGTERM", or its number. */
  async signal(signal: NodeJS.Signals | number): Promise<void> {
    const number = typeof signal === 'number' ? signal : constants.signals[signal];
    await this.#send({ signal: { number } });
  }

  /** Another size for the run's terminal. */
  async resize(size: { rows: number; columns: number }): Promise<void> {
    await this.#send({ resize: size });
  }

  /**
   * Kills the run. Its result still comes, with the verdict CANCELLED; where no daemon has it yet, a RunnerError does. So it
   * does where 256 KiB of input or more have been written and no end of the run has come within two seconds.
   */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    const call = this.#call;
    if (!call) return this.#stop.abort(cancelledEarly());
    if (this.#inputBytes >= readAheadBytes) {
      const stuck = `cancelled, and no result came: of ${this.#inputBytes} bytes of input the program may not have read all`;
      const timer = setTimeout(() => {
        this.#stop.abort(new RunnerError('CANCELLED', stuck));
        call.cancel();
      }, cancelPatienceMs);
      call.once('status', () => clearTimeout(timer));
    }
    // At once, and not after the first event: a run that waits is to leave the queue.
    await this.#write(call, { cancel: {} });
  }

  async #send(input: RunInput): Promise<void> {
    const { call } = await this.#accepted;
    await this.#write(call, input);
  }

  // When the run is over its input goes nowhere, as with a pipe whose reader has gone, but without an error.
  #write(call: Call, input: RunInput): Promise<void> {
    return new Promise((resolve) => {
      if (call !== this.#call) return resolve();
      // grpc-js may forget a write of a call that ends.
      call.once('status', resolve);
      call.write(input, () => {
        call.off('status', resolve);
        resolve();
      });
    });
  }

  readonly #abort = (): void => {
    this.#stop.abort(this.#signal?.reason);
    this.#call?.cancel();
  };

  #finish(reason: unknown): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#settle.reject(reason);
  }

  #reasonOf(error: unknown): unknown {
    return this.#stop.signal.aborted ? this.#stop.signal.reason : withoutStart(toRunnerError(error));
  }
}

const cancelledEarly = (): RunnerError => new RunnerError('CANCELLED', 'cancelled before a daemon had accepted the run');

// The daemon names fields as they are in RunInput; to the caller there is only the request.
function withoutStart(error: unknown): unknown {
  if (!(error instanceof InvalidRequestError)) return error;
  const strip = (text: string): string => text.replace(/^start\./, '');
  const violations = error.violations.map(({ field, description }) => ({ field: strip(field), description }));
  return new InvalidRequestError(strip(error.message), violations, { cause: error.cause });
}
