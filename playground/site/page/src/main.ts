import { askConfirmation } from './dialogs.ts';
import { byId } from './dom.ts';
import { dropDraft, loadDraft, saveDraft } from './drafts.ts';
import { Editor } from './editor/editor.ts';
import { Files } from './files.ts';
import { blankAddress, Lessons } from './lessons.ts';
import { Options } from './options.ts';
import { Output } from './output/output.ts';
import { blank, fromExample, type Program } from './program.ts';
import { Runner } from './runner.ts';
import { Service } from './service.ts';
import { decode, encode } from './share.ts';
import { showOutputState, wireOutputButtons } from './output-bar.ts';

const heading = byId('title', HTMLElement);
const topic = byId('topic', HTMLElement);
const note = byId('note', HTMLElement);
const resetButton = byId('reset', HTMLButtonElement);

// Characters.
const longLink = 8000;

let origin: Program = blank;
let saveTimer: ReturnType<typeof setTimeout> | undefined;

const editor = new Editor(byId('editor', HTMLElement), edited);
const files = new Files(editor, edited);
const options = new Options(edited);
const lessons = new Lessons();
const output = new Output(
  byId('output', HTMLElement),
  byId('lines', HTMLElement),
  byId('newer', HTMLButtonElement),
  { exists: (path) => files.has(path), open: (place) => files.goTo(place) },
  showOutputState,
);
const service = new Service((info) => options.offer(info));
const runner = new Runner(output, (error) => service.failed(error));
wireOutputButtons(output, say);

function program(): Program {
  return { ...origin, files: files.all(), entry: files.entry, ...options.choices() };
}

function edited(): void {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(keepDraft, 300);
  resetButton.hidden = false;
}

function keepDraft(): void {
  clearTimeout(saveTimer);
  if (!resetButton.hidden) saveDraft(program());
}

function load(from: Program, draft: Program | null): void {
  keepDraft();
  runner.reset();
  origin = from;
  const shown = draft ?? from;
  heading.textContent = from.title;
  topic.textContent = from.topic;
  document.title = `${from.title} — Playground`;
  options.load(shown);
  files.load(shown.files, shown.entry);
  lessons.mark(from.id);
  resetButton.hidden = draft === null;
  clearTimeout(saveTimer);
}

function say(text: string): void {
  note.textContent = text;
}

async function openAddress(): Promise<void> {
  const { hash } = location;
  const [name, value = ''] = hash.slice(1).split(/=(.*)/s);
  note.textContent = '';
  if (name === 'code') {
    const shared = await decode(value);
    if (location.hash !== hash) return; // and another one has been opened meanwhile
    // Long enough to tell links apart; a digest is not to be had where the site is not served securely.
    const id = `link:${value.length}:${value.slice(-64)}`;
    if (shared) return load({ ...shared, id, topic: 'Shared by link' }, loadDraft(id));
    say('This link is damaged: the program in it cannot be read.');
    return load(blank, null);
  }
  if (name === blankAddress.slice(1)) return load(blank, loadDraft(blank.id));
  const lesson = name === 'lesson' ? lessons.find(readable(value)) : lessons.first;
  if (name === 'lesson' && !lesson) say('There is no such lesson.');
  const from = lesson ? fromExample(lesson) : blank;
  load(from, loadDraft(from.id));
}

function readable(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

async function share(): Promise<void> {
  const address = new URL(`#code=${await encode({ ...program(), id: blank.id })}`, location.href);
  const long = address.href.length > longLink ? ' It is long, and some programs cut long links off.' : '';
  try {
    await navigator.clipboard.writeText(address.href);
    say(`The link is copied. It holds the program itself; nothing was sent to the server.${long}`);
  } catch {
    history.replaceState(null, '', address);
    say(`The link is in the address bar. It holds the program itself; nothing was sent to the server.${long}`);
  }
}

function start(): void {
  if (runner.running) return;
  note.textContent = '';
  void runner.start({ files: files.all(), entry: files.entry, ...options.request() });
}

byId('run', HTMLButtonElement).addEventListener('click', start);
byId('share', HTMLButtonElement).addEventListener('click', () => void share());
resetButton.addEventListener('click', async () => {
  if (!(await askConfirmation('Take back everything that you changed?', 'Reset'))) return;
  dropDraft(origin.id);
  resetButton.hidden = true;
  load(origin, null);
  say('The program is as it was at first.');
});
// Before the editor, which has a use of its own for Ctrl+Enter.
document.addEventListener(
  'keydown',
  (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    event.stopPropagation();
    start();
  },
  { capture: true },
);
// After everything that Escape closes.
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) runner.stop();
});
addEventListener('hashchange', () => void openAddress());
addEventListener('pagehide', keepDraft);

try {
  await lessons.load();
} catch {
  say('The lessons could not be loaded; a program of your own can be written all the same.');
}
await openAddress();
document.body.dataset.ready = 'true';
