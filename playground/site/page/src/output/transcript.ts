/** The text of a run's output for copying and saving: the newest of it, up to a bound. */
export class Transcript {
  #pieces: string[] = [];
  #first = 0;
  #length = 0;
  #total = 0;
  readonly #bound: number;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Whether the beginning is missing. */
  get cut(): boolean {
    return this.#total > this.#length;
  }
  /** Code units that were ever added. */
  get total(): number {
    return this.#total;
  }

  add(text: string): void {
    this.#pieces.push(text);
    this.#length += text.length;
    this.#total += text.length;
    while (this.#length > this.#bound && this.#pieces.length - this.#first > 1) {
      this.#length -= this.#pieces[this.#first]!.length;
      this.#pieces[this.#first] = '';
      this.#first += 1;
    }
    if (this.#first > 1000 && this.#first > this.#pieces.length / 2) {
      this.#pieces = this.#pieces.slice(this.#first);
      this.#first = 0;
    }
  }

  text(): string {
    return this.#pieces.join('');
  }
}
