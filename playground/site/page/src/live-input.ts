import { endInput, sendInput, ServiceError } from './api.ts';
import { byId } from './dom.ts';

const form = byId('live', HTMLFormElement);
const input = byId('live-input', HTMLInputElement);
const end = byId('live-end', HTMLButtonElement);

/** A line to type into while a program runs that reads its input live. */
export class LiveInput {
  readonly #echo: (text: string) => void;
  readonly #failed: (message: string) => void;
  #id: string | null = null;
  // One after the other, or the network could swap two lines.
  #sending: Promise<unknown> = Promise.resolve();

  constructor(echo: (text: string) => void, failed: (message: string) => void) {
    this.#echo = echo;
    this.#failed = failed;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#sendLine();
    });
    input.addEventListener('keydown', (event) => {
      if (event.key.toLowerCase() !== 'd' || !event.ctrlKey || input.value) return;
      event.preventDefault();
      this.#end();
    });
    end.addEventListener('click', () => this.#end());
  }

  /** For the run ID; the reader can type from now on. */
  open(id: string): void {
    this.#id = id;
    form.hidden = false;
    input.value = '';
    input.focus();
  }

  /** True when the reader was typing. */
  close(): boolean {
    this.#id = null;
    const typing = form.contains(document.activeElement);
    form.hidden = true;
    return typing;
  }

  #sendLine(): void {
    const text = `${input.value}\n`;
    input.value = '';
    this.#echo(text);
    this.#queue((id) => sendInput(id, text));
  }

  #end(): void {
    if (input.value) this.#sendLine();
    this.#queue(endInput);
    form.hidden = true;
    byId('output', HTMLElement).focus();
  }

  #queue(send: (id: string) => Promise<unknown>): void {
    const id = this.#id;
    if (!id) return;
    this.#sending = this.#sending
      .then(() => send(id))
      .catch((error: unknown) => {
        // A program that has ended meanwhile needs no input.
        if (this.#id === id) this.#failed(error instanceof ServiceError ? error.message : String(error));
      });
  }
}
