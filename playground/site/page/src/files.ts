import type { EditorState } from '@codemirror/state';
import type { SourceFile } from './api.ts';
import { askConfirmation, askText } from './dialogs.ts';
import { byId } from './dom.ts';
import type { Editor } from './editor/editor.ts';
import type { Place } from './output/places.ts';
import { pathProblem } from './program.ts';

const tabList = byId('tabs', HTMLElement);
const panel = byId('editor-panel', HTMLElement);
const entryButton = byId('file-entry', HTMLButtonElement);
const deleteButton = byId('file-delete', HTMLButtonElement);

interface OpenFile {
  path: string;
  state: EditorState;
}

/** The program's files: tabs above the editor, one of them shown in it, one of them the entry. */
export class Files {
  readonly #editor: Editor;
  readonly #changed: () => void;
  #files: OpenFile[] = [];
  #active = 0;
  #entry = '';

  constructor(editor: Editor, changed: () => void) {
    this.#editor = editor;
    this.#changed = changed;
    tabList.addEventListener('keydown', (event) => this.#key(event));
    byId('file-new', HTMLButtonElement).addEventListener('click', () => void this.#add());
    byId('file-rename', HTMLButtonElement).addEventListener('click', () => void this.#rename());
    deleteButton.addEventListener('click', () => void this.#delete());
    entryButton.addEventListener('click', () => {
      this.#entry = this.#current.path;
      this.#draw();
      this.#changed();
    });
  }

  load(files: SourceFile[], entry: string): void {
    this.#files = files.map(({ path, content }) => ({ path, state: this.#editor.newState(path, content) }));
    this.#entry = entry;
    this.#active = Math.max(
      0,
      this.#files.findIndex((file) => file.path === entry),
    );
    this.#editor.show(this.#current.path, this.#current.state);
    this.#draw();
  }

  get entry(): string {
    return this.#entry;
  }

  all(): SourceFile[] {
    this.#keep();
    return this.#files.map(({ path, state }) => ({ path, content: state.doc.toString() }));
  }

  has(path: string): boolean {
    return this.#files.some((file) => file.path === path);
  }

  goTo(place: Place): void {
    const index = this.#files.findIndex((file) => file.path === place.path);
    if (index < 0) return;
    this.#select(index);
    this.#editor.goTo(place.line, place.column);
  }

  get #current(): OpenFile {
    return this.#files[this.#active]!;
  }

  #keep(): void {
    const current = this.#files[this.#active];
    if (current) current.state = this.#editor.state;
  }

  #select(index: number): void {
    if (index === this.#active && this.#editor.path === this.#current.path) return;
    this.#keep();
    this.#active = index;
    this.#editor.show(this.#current.path, this.#current.state);
    this.#draw();
  }

  #draw(): void {
    const hadFocus = tabList.contains(document.activeElement);
    tabList.replaceChildren(...this.#files.map((file, index) => this.#tab(file.path, index)));
    const selected = tabList.children[this.#active] as HTMLElement;
    panel.setAttribute('aria-labelledby', selected.id);
    if (hadFocus) selected.focus();
    selected.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const isEntry = this.#current.path === this.#entry;
    entryButton.disabled = isEntry;
    entryButton.title = isEntry ? 'Run starts this file' : 'Make Run start this file';
    entryButton.hidden = deleteButton.hidden = this.#files.length === 1;
  }

  #tab(path: string, index: number): HTMLElement {
    const tab = document.createElement('button');
    tab.type = 'button';
    tab.id = `tab-${index}`;
    tab.className = 'tab';
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', panel.id);
    tab.setAttribute('aria-selected', String(index === this.#active));
    tab.tabIndex = index === this.#active ? 0 : -1;
    tab.textContent = path;
    if (path === this.#entry && this.#files.length > 1) {
      const mark = document.createElement('span');
      mark.className = 'entry-mark';
      mark.textContent = 'entry';
      tab.append(' ', mark);
    }
    tab.addEventListener('click', () => this.#select(index));
    tab.addEventListener('dblclick', () => void this.#rename());
    return tab;
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const count = this.#files.length;
    if (step) this.#select((this.#active + step + count) % count);
    else if (event.key === 'Home') this.#select(0);
    else if (event.key === 'End') this.#select(count - 1);
    else if (event.key === 'F2') void this.#rename();
    else if (event.key === 'Delete' && count > 1) void this.#delete();
    else return;
    event.preventDefault();
  }

  #nameProblem(path: string, own?: string): string {
    return pathProblem(path) || (path !== own && this.has(path) ? `There is a file ${path} already.` : '');
  }

  async #add(): Promise<void> {
    let number = 2;
    while (this.has(`file${number}.mjs`)) number += 1;
    const path = await askText('Name of the new file', 'Add', `file${number}.mjs`, (text) => this.#nameProblem(text));
    if (path === null) return;
    this.#files.push({ path, state: this.#editor.newState(path, '') });
    this.#select(this.#files.length - 1);
    this.#editor.focus();
    this.#changed();
  }

  async #rename(): Promise<void> {
    const file = this.#current;
    const path = await askText(`New name of ${file.path}`, 'Rename', file.path, (text) =>
      this.#nameProblem(text, file.path),
    );
    if (path === null || path === file.path) return;
    this.#keep();
    if (this.#entry === file.path) this.#entry = path;
    // A state of its own again: the name decides the language.
    file.state = this.#editor.newState(path, file.state.doc.toString());
    file.path = path;
    this.#editor.show(path, file.state);
    this.#draw();
    this.#changed();
  }

  async #delete(): Promise<void> {
    const { path } = this.#current;
    if (this.#files.length === 1 || !(await askConfirmation(`Delete ${path}? This cannot be undone.`, 'Delete')))
      return;
    this.#files.splice(this.#active, 1);
    this.#active = Math.max(0, this.#active - 1);
    if (this.#entry === path) this.#entry = this.#current.path;
    this.#editor.show(this.#current.path, this.#current.state);
    this.#draw();
    (tabList.children[this.#active] as HTMLElement).focus();
    this.#changed();
  }
}
