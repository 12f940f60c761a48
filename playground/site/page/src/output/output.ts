import { LineWindow, type Stream } from './line-window.ts';
import type { Links } from './line-element.ts';
import { TerminalText } from './terminal-text.ts';
import { Transcript } from './transcript.ts';
import { OutputView } from './view.ts';

// What is shown is bounded, so that a browser stays quick whatever a program prints; what is kept for saving, too.
const shown = { lines: 2000, cost: 256 * 1024, lineLength: 2000 };
const kept = 16 * 1024 * 1024;
// Milliseconds of one task; a piece is small enough that a few fit.
const budget = 8;
const pieceLength = 8 * 1024;
// More than this waiting, and reading the network waits as well: then the program does.
const manyWaiting = 1024 * 1024;

export interface OutputSummary {
  /** Code units and lines of all there was. */
  characters: number;
  lines: number;
  /** Lines that were too many to show, and whether even saving has only the end. */
  hidden: number;
  cut: boolean;
}

/** The output of one run after another: takes what arrives in, in short tasks, and shows the end of it. */
export class Output {
  readonly #view: OutputView;
  readonly #changed: (summary: OutputSummary) => void;
  #window = new LineWindow(shown);
  #transcript = new Transcript(kept);
  #streams = this.#newStreams();
  #waiting: { stream: Stream; text: string }[] = [];
  #waitingLength = 0;
  #scheduled = false;
  #renderNotBefore = 0;
  #dirty = false;
  #idle: (() => void)[] = [];

  constructor(
    scroller: HTMLElement,
    list: HTMLElement,
    newer: HTMLButtonElement,
    links: Links,
    changed: (summary: OutputSummary) => void,
  ) {
    this.#view = new OutputView(scroller, list, newer, links, shown.lines);
    this.#changed = changed;
    this.clear();
    // A hidden page gets no animation frames; what it waits for is done by timers then.
    document.addEventListener('visibilitychange', () => this.#dirty && this.#runSoon(true));
  }

  clear(): void {
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#window = new LineWindow(shown);
    this.#transcript = new Transcript(kept);
    this.#streams = this.#newStreams();
    this.#view.show(this.#window);
    this.#dirty = false;
    this.#release();
    this.#changed(this.summary());
  }

  add(stream: Stream, text: string): void {
    for (let from = 0; from < text.length; from += pieceLength) {
      this.#waiting.push({ stream, text: text.slice(from, from + pieceLength) });
    }
    this.#waitingLength += text.length;
    this.#dirty = true;
    this.#runSoon();
  }

  /** Settles when there is room for more; at once, unless a lot is waiting. */
  async room(): Promise<void> {
    if (this.#waitingLength > manyWaiting) await this.drained();
  }

  /** Settles when all that was added is shown. */
  drained(): Promise<void> {
    return this.#dirty ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  /** What was printed, as it is shown: without escape sequences. */
  text(): string {
    return this.#transcript.text();
  }

  summary(): OutputSummary {
    return {
      characters: this.#transcript.total,
      lines: this.#window.next,
      hidden: this.#window.first,
      cut: this.#transcript.cut,
    };
  }

  #newStreams(): Record<Stream, TerminalText> {
    return { stdout: new TerminalText(), stderr: new TerminalText(), stdin: new TerminalText() };
  }

  #runSoon(again = false): void {
    if (this.#scheduled && !again) return;
    this.#scheduled = true;
    if (document.hidden) setTimeout(() => this.#work(), 50);
    else requestAnimationFrame(() => this.#work());
  }

  #work(): void {
    this.#scheduled = false;
    if (!this.#dirty) return;
    const start = performance.now();
    let taken = 0;
    while (taken < this.#waiting.length && performance.now() - start < budget) this.#take(this.#waiting[taken++]!);
    this.#waiting.splice(0, taken);
    const now = performance.now();
    // While a flood lasts, laying out every frame of it would take the time that reading it needs.
    if (!this.#waiting.length || now >= this.#renderNotBefore) {
      this.#view.render();
      this.#changed(this.summary());
      const cost = performance.now() - now;
      this.#renderNotBefore = performance.now() + Math.min(cost * 4, 250);
    }
    if (this.#waiting.length) return this.#runSoon();
    this.#dirty = false;
    this.#release();
  }

  #take({ stream, text }: { stream: Stream; text: string }): void {
    this.#waitingLength -= text.length;
    for (const span of this.#streams[stream].feed(text)) {
      this.#window.append(stream, span);
      this.#transcript.add(span.text);
    }
  }

  #release(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
