import type { Style } from './style.ts';
import type { Span } from './terminal-text.ts';

export type Stream = 'stdout' | 'stderr' | 'stdin';

export interface Line {
  /** Counts from 0 for the first line of the run, and never repeats. */
  readonly number: number;
  readonly stream: Stream;
  spans: Span[];
  length: number;
  /** What the line takes of the bound: its characters, and more for each change of style, which costs an element. */
  cost: number;
  /** Changes with every change of `spans`. */
  revision: number;
  /** Goes on from the line before: too long for one, or the stream took over in mid-line. */
  readonly continues: boolean;
}

export interface Bounds {
  lines: number;
  cost: number;
  lineLength: number;
}

const costOfSpan = 96;

/** The newest lines of a run. What is older is forgotten, however much a program prints. */
export class LineWindow {
  #lines: Line[] = [];
  #first = 0;
  #next = 0;
  #cost = 0;
  #open: Line | null = null;
  #restart = false;
  readonly #bounds: Bounds;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** The number of the oldest line that is kept, and of the one after the newest. */
  get first(): number {
    return this.#next - (this.#lines.length - this.#first);
  }
  get next(): number {
    return this.#next;
  }

  line(number: number): Line | undefined {
    return this.#lines[this.#first + number - this.first];
  }

  append(stream: Stream, span: Span): void {
    const { text } = span;
    let from = 0;
    while (from < text.length) {
      const end = text.indexOf('\n', from);
      this.#write(stream, { ...span, text: text.slice(from, end < 0 ? text.length : end) });
      if (end < 0) break;
      this.#open = null;
      from = end + 1;
    }
    this.#trim();
  }

  #write(stream: Stream, span: Span): void {
    if (this.#open?.stream !== stream) this.#begin(stream, this.#open !== null);
    // A lone carriage return starts the line over (a progress bar); one before a newline, even in the next piece, does not.
    const returns = span.text.split('\r');
    returns.forEach((text, index) => {
      if (index > 0) this.#restart = true;
      if (text) this.#writeText(stream, { ...span, text });
    });
  }

  #writeText(stream: Stream, span: Span): void {
    let line = this.#open!;
    if (this.#restart) {
      this.#cost -= line.cost;
      line.spans = [];
      line.length = line.cost = 0;
      this.#restart = false;
    }
    let { text } = span;
    for (;;) {
      const room = this.#bounds.lineLength - line.length;
      const cut = text.length <= room ? text.length : wholeCharacters(text, room);
      if (cut > 0) {
        this.#add(line, text.slice(0, cut), span.style);
      }
      text = text.slice(cut);
      if (!text) break;
      line = this.#begin(stream, true);
      this.#trim();
    }
  }

  #add(line: Line, text: string, style: Style): void {
    const last = line.spans.at(-1);
    const merge = last?.style === style;
    if (merge) line.spans[line.spans.length - 1] = { text: last.text + text, style };
    else line.spans.push({ text, style });
    const cost = text.length + (merge ? 0 : costOfSpan);
    line.length += text.length;
    line.cost += cost;
    line.revision += 1;
    this.#cost += cost;
  }

  #begin(stream: Stream, continues: boolean): Line {
    const line = { number: this.#next, stream, spans: [], length: 0, cost: 0, revision: 0, continues };
    this.#next += 1;
    this.#lines.push(line);
    this.#open = line;
    this.#restart = false;
    return line;
  }

  #trim(): void {
    const { lines, cost } = this.#bounds;
    while (this.#lines.length - this.#first > lines || (this.#cost > cost && this.#lines.length - this.#first > 1)) {
      this.#cost -= this.#lines[this.#first]!.cost;
      this.#first += 1;
    }
    // Moving what is left costs as much as it frees, so it waits until that is worth it.
    if (this.#first > lines) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }
}

// A character of two code units is not cut in half.
function wholeCharacters(text: string, room: number): number {
  const code = text.charCodeAt(room - 1);
  return code >= 0xd800 && code <= 0xdbff ? room - 1 : room;
}
