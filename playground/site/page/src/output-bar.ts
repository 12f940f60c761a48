import { byId } from './dom.ts';
import type { Output, OutputSummary } from './output/output.ts';
import { count } from './words.ts';

const copy = byId('copy', HTMLButtonElement);
const save = byId('save', HTMLButtonElement);
const empty = byId('empty', HTMLElement);
const hidden = byId('hidden-lines', HTMLElement);

/** What is said about the output around it: that there is none, or that not all of it is shown. */
export function showOutputState(summary: OutputSummary): void {
  copy.disabled = save.disabled = summary.characters === 0;
  empty.hidden = summary.characters > 0;
  hidden.hidden = summary.hidden === 0;
  if (summary.hidden === 0) return;
  const all = summary.cut ? 'Save has the newest 16 MB.' : 'Copy and Save have all of it.';
  hidden.textContent = `${count(summary.hidden, 'earlier line')} not shown. ${all}`;
}

export function wireOutputButtons(output: Output, say: (text: string) => void): void {
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(output.text());
      say('The output is copied.');
    } catch {
      // There is no clipboard at all where the site is not served securely.
      say('The browser does not allow copying here; Save does the same into a file.');
    }
  });
  save.addEventListener('click', () => {
    const address = URL.createObjectURL(new Blob([output.text()], { type: 'text/plain;charset=utf-8' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = 'output.txt';
    link.click();
    URL.revokeObjectURL(address);
  });
}
