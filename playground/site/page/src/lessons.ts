import { getExamples, type Example } from './api.ts';
import { byId, option } from './dom.ts';
import { blank } from './program.ts';

const picker = byId('lesson', HTMLSelectElement);
const previous = byId('previous', HTMLAnchorElement);
const next = byId('next', HTMLAnchorElement);

export const blankAddress = '#own';
export const addressOf = (id: string): string => `#lesson=${encodeURIComponent(id).replaceAll('%2F', '/')}`;

/** The lesson pack: a picker by topic, and the way to the neighbours. Lessons are addresses, so that Back works. */
export class Lessons {
  #lessons: Example[] = [];

  constructor() {
    picker.addEventListener('change', () => {
      if (picker.value) location.hash = picker.value;
    });
  }

  async load(): Promise<void> {
    this.#lessons = await getExamples();
    const groups = new Map<string, HTMLOptGroupElement>();
    for (const { id, topic, title } of this.#lessons) {
      let group = groups.get(topic);
      if (!group) {
        group = document.createElement('optgroup');
        group.label = topic;
        groups.set(topic, group);
      }
      group.append(option(addressOf(id), title));
    }
    const none = option('', 'Choose a lesson');
    none.hidden = true;
    picker.replaceChildren(none, option(blankAddress, 'A program of your own'), ...groups.values());
    picker.disabled = false;
  }

  get first(): Example | undefined {
    return this.#lessons[0];
  }

  find(id: string): Example | undefined {
    return this.#lessons.find((lesson) => lesson.id === id);
  }

  /** Marks where the reader is: the id of a program. */
  mark(id: string): void {
    const index = this.#lessons.findIndex((lesson) => lesson.id === id);
    picker.value = index >= 0 ? addressOf(id!) : id === blank.id ? blankAddress : '';
    this.#neighbour(previous, index < 0 ? undefined : this.#lessons[index - 1]);
    next.textContent = index < 0 ? 'First lesson' : 'Next lesson';
    this.#neighbour(next, index < 0 ? this.#lessons[0] : this.#lessons[index + 1]);
  }

  #neighbour(link: HTMLAnchorElement, lesson: Example | undefined): void {
    link.hidden = !lesson;
    if (!lesson) return;
    link.href = addressOf(lesson.id);
    link.title = lesson.title;
  }
}
