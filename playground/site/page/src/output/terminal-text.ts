import { parse } from '@ansi-tools/parser';
import { plain, restyle, type Style } from './style.ts';
import { visible } from './visible.ts';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

// A sequence longer than this is no sequence that anybody sends, and is shown as the text it is.
const longestSequence = 4096;

/**
 * The text of one stream of a program, with the styles that its escape sequences ask for. Sequences that do anything
 * else (move the cursor, erase, set titles, ask the terminal) have no effect and are left out. One object a stream:
 * a style and a sequence may begin in one piece and go on in the next.
 */
export class TerminalText {
  #style = plain;
  #held = '';

  /** The spans of the next PIECE; newlines and carriage returns are still in their texts. */
  feed(piece: string): Span[] {
    const input = this.#held + piece;
    this.#held = '';
    if (!/[\u001b\u0090-\u009f]/.test(input)) return input ? [this.#span(input)] : [];
    const spans: Span[] = [];
    const codes = parse(input);
    const last = codes.at(-1);
    // Whether the last sequence is complete cannot be known here; when it is, nothing is lost by waiting.
    if (last && last.type !== 'TEXT' && last.raw.length <= longestSequence) {
      codes.pop();
      this.#held = last.raw;
    }
    for (const code of codes) {
      if (code.type === 'TEXT' || code.raw.length > longestSequence) spans.push(this.#span(code.raw));
      else if (code.type === 'CSI' && code.command === 'm') this.#style = restyle(this.#style, code.params);
    }
    return spans;
  }

  #span(text: string): Span {
    return { text: visible(text), style: this.#style };
  }
}
