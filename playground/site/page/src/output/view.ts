import { fillLine, type Links } from './line-element.ts';
import type { Line, LineWindow } from './line-window.ts';

// Closer to the end than this many pixels is at the end.
const nearEnd = 24;

/**
 * The lines of a window as elements. It follows the end of the output until the reader scrolls up, and then leaves what
 * is read alone: new lines come below as long as there is room for elements, and all of them once the reader is back.
 */
export class OutputView {
  readonly #scroller: HTMLElement;
  readonly #list: HTMLElement;
  readonly #newer: HTMLButtonElement;
  readonly #links: Links;
  readonly #capacity: number;
  #window: LineWindow | null = null;
  #first = 0;
  #next = 0;
  #lastRevision = -1;
  #following = true;

  constructor(scroller: HTMLElement, list: HTMLElement, newer: HTMLButtonElement, links: Links, capacity: number) {
    this.#scroller = scroller;
    this.#list = list;
    this.#newer = newer;
    this.#links = links;
    this.#capacity = capacity;
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    newer.addEventListener('click', () => {
      this.follow();
      scroller.focus();
    });
  }

  /** Shows WINDOW from now on. */
  show(window: LineWindow): void {
    this.#window = window;
    this.#clear(0);
    this.#following = true;
    this.#newer.hidden = true;
  }

  follow(): void {
    this.#following = true;
    this.render();
  }

  /** Brings the elements up to date with the window. */
  render(): void {
    const window = this.#window;
    if (!window) return;
    const full = window.next - this.#first > this.#capacity;
    if (this.#following || !full)
      this.#synchronize(window, this.#following ? window.next : Math.min(window.next, this.#first + this.#capacity));
    this.#newer.hidden = this.#following || (this.#next === window.next && this.#atEnd());
    if (this.#following) this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #synchronize(window: LineWindow, next: number): void {
    if (this.#following && window.first >= this.#next) this.#clear(window.first);
    else if (this.#following) this.#dropBefore(window.first);
    const last = this.#next > this.#first ? window.line(this.#next - 1) : undefined;
    const element = this.#list.lastElementChild;
    if (last && element instanceof HTMLElement && last.revision !== this.#lastRevision)
      fillLine(element, last, this.#links);
    const added = document.createDocumentFragment();
    for (; this.#next < next; ++this.#next) {
      const line = window.line(this.#next);
      if (line) added.append(this.#element(line));
    }
    if (added.childNodes.length) this.#list.append(added);
    this.#lastRevision = window.line(this.#next - 1)?.revision ?? -1;
  }

  #clear(first: number): void {
    this.#list.replaceChildren();
    this.#first = first;
    this.#next = first;
    this.#lastRevision = -1;
  }

  #dropBefore(first: number): void {
    for (; this.#first < first; ++this.#first) this.#list.firstElementChild?.remove();
  }

  #element(line: Line): HTMLElement {
    const element = document.createElement('div');
    element.className = `line ${line.stream}${line.continues ? ' continues' : ''}`;
    fillLine(element, line, this.#links);
    return element;
  }

  #atEnd(): boolean {
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    return scrollTop + clientHeight >= scrollHeight - nearEnd;
  }

  #scrolled(): void {
    const following = this.#atEnd() && this.#next === this.#window?.next;
    if (following === this.#following) return;
    this.#following = following;
    this.render();
  }
}
