import { announce } from './announcer.ts';
import { cancel, run, ServiceError, type Result, type RunRequest } from './api.ts';
import { byId } from './dom.ts';
import { LiveInput } from './live-input.ts';
import type { Output } from './output/output.ts';
import type { Stream } from './output/line-window.ts';
import { count, describe, describeFailure, neverStarted, type Sentence } from './words.ts';

const runButton = byId('run', HTMLButtonElement);
const stopButton = byId('stop', HTMLButtonElement);
const status = byId('status', HTMLElement);
const statusText = byId('status-text', HTMLElement);
const elapsed = byId('elapsed', HTMLElement);
const hint = byId('hint', HTMLElement);
const card = byId('output-card', HTMLElement);
const truncation = byId('truncation', HTMLElement);

// How long a cancelled run may take to say how it ended, before the page stops listening.
const patience = 5000;
// Output that is short enough to be read out with the status.
const speakable = 200;

interface Current {
  abort: AbortController;
  id: string | null;
  stopping: boolean;
  /** Whoever was waiting for it has gone on to something else. */
  forgotten: boolean;
}

/** Runs programs, one at a time: Run, Stop, the status line, and output on its way to `Output`. */
export class Runner {
  readonly #output: Output;
  readonly #serviceFailed: (error: ServiceError) => void;
  readonly #live: LiveInput;
  #current: Current | null = null;

  constructor(output: Output, serviceFailed: (error: ServiceError) => void) {
    this.#output = output;
    this.#serviceFailed = serviceFailed;
    this.#live = new LiveInput(
      (text) => output.add('stdin', text),
      (message) => output.add('stderr', `The input could not be sent: ${message}\n`),
    );
    stopButton.addEventListener('click', () => this.stop());
  }

  get running(): boolean {
    return this.#current !== null;
  }

  async start(request: RunRequest): Promise<void> {
    if (this.#current) return;
    const current: Current = { abort: new AbortController(), id: null, stopping: false, forgotten: false };
    this.#current = current;
    this.#output.clear();
    hint.hidden = truncation.hidden = true;
    this.#buttons(true);
    // Below the fold, on a phone above all, nobody would see that something happens.
    card.scrollIntoView({ block: 'nearest' });
    this.#say({ text: 'Starting…', tone: 'neutral' });
    const stopClock = this.#clock();
    announce('Running.');
    try {
      const end = await this.#follow(current, request);
      await this.#output.drained();
      if (end && !current.forgotten) this.#ended(end);
    } catch (error) {
      await this.#output.drained();
      if (!current.forgotten) this.#failed(error, current);
    } finally {
      stopClock();
      if (!current.forgotten) this.#finish();
    }
  }

  /** As at first, for another program; a run that goes on is ended and not heard of again. */
  reset(): void {
    if (this.#current) {
      this.#current.forgotten = true;
      // The gateway cancels a run that nobody listens to.
      this.#current.abort.abort();
      this.#finish();
    }
    this.#output.clear();
    hint.hidden = truncation.hidden = true;
    this.#say({ text: 'Not run yet', tone: 'neutral' });
  }

  #finish(): void {
    this.#current = null;
    const typing = this.#live.close();
    this.#buttons(false);
    if (typing) runButton.focus();
  }

  /** Asks for the end of the run; its result says when it has ended. Before there is a run, this takes back the request. */
  stop(): void {
    const current = this.#current;
    if (!current || current.stopping) return;
    current.stopping = true;
    this.#say({ text: 'Stopping…', tone: 'neutral' });
    if (!current.id) return current.abort.abort();
    cancel(current.id).catch(() => current.abort.abort());
    setTimeout(() => this.#current === current && current.abort.abort(), patience);
  }

  async #follow(current: Current, request: RunRequest): Promise<Result | null> {
    // A character in two pieces arrives as bytes; each stream has its own.
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    for await (const event of run(request, current.abort.signal)) {
      if (current.forgotten) return null;
      switch (event.event) {
        case 'run':
          current.id = event.id;
          if (current.stopping) void cancel(event.id);
          break;
        case 'queued':
          if (!current.stopping) this.#say({ text: 'Waiting for a free place…', tone: 'neutral' });
          break;
        case 'started':
          if (!current.stopping) this.#say({ text: 'Running', tone: 'neutral' });
          if (request.interactive && current.id) this.#live.open(current.id);
          break;
        case 'stdout':
        case 'stderr':
          this.#output.add(
            event.event as Stream,
            event.text ?? decoders[event.event].decode(fromBase64(event.base64 ?? ''), { stream: true }),
          );
          await this.#output.room();
          break;
        case 'error':
          throw new ServiceError(event.error.code, event.error.message);
        case 'result':
          return event;
      }
    }
    return null;
  }

  #ended(result: Result): void {
    const sentence = describe(result);
    this.#say(sentence);
    const cut = [result.truncated.stdout && 'stdout', result.truncated.stderr && 'stderr']
      .filter(Boolean)
      .join(' and ');
    truncation.hidden = !cut;
    truncation.textContent = cut
      ? `The program printed more to ${cut} than its limit; the rest was not delivered.`
      : '';
    hint.hidden = !result.hint;
    hint.textContent = result.hint ?? '';
    const { characters, lines } = this.#output.summary();
    const said =
      characters === 0
        ? 'No output.'
        : characters <= speakable
          ? `Output: ${this.#output.text()}`
          : `${count(lines, 'line')} of output.`;
    announce(`${sentence.text.replace(' · ', ', ')}. ${result.hint ?? ''} ${said}`);
  }

  #failed(error: unknown, current: Current): void {
    if (error instanceof DOMException && error.name === 'AbortError') {
      return this.#say(
        {
          text: current.id ? 'Stopped; how the program ended is not known' : neverStarted,
          tone: 'neutral',
        },
        true,
      );
    }
    if (!(error instanceof ServiceError)) {
      this.#say({ text: `The page made a mistake: ${String(error)}`, tone: 'bad' }, true);
      throw error;
    }
    this.#say(describeFailure(error, current.id !== null), true);
    if (error.blocks) this.#serviceFailed(error);
  }

  #buttons(running: boolean): void {
    const active = document.activeElement;
    runButton.hidden = running;
    stopButton.hidden = !running;
    // Focus stays where the finger is: on the button that took the place of the other.
    if (running && active === runButton) stopButton.focus();
    if (!running && active === stopButton) runButton.focus();
    document.body.classList.toggle('running', running);
  }

  #say(sentence: Sentence, aloud = false): void {
    status.dataset.tone = sentence.tone;
    statusText.textContent = sentence.text;
    if (aloud) announce(sentence.text);
  }

  // Seconds, so that a long run is seen to be going on. A screen reader is not told each of them.
  #clock(): () => void {
    const start = performance.now();
    const timer = setInterval(
      () => (elapsed.textContent = ` · ${Math.floor((performance.now() - start) / 1000)} s`),
      1000,
    );
    return () => {
      clearInterval(timer);
      elapsed.textContent = '';
    };
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
