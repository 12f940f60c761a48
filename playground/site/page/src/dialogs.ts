import { byId } from './dom.ts';

const dialog = byId('dialog', HTMLDialogElement);
const form = byId('dialog-form', HTMLFormElement);
const title = byId('dialog-title', HTMLElement);
const field = byId('dialog-field', HTMLElement);
const input = byId('dialog-input', HTMLInputElement);
const problem = byId('dialog-problem', HTMLElement);
const confirmButton = byId('dialog-confirm', HTMLButtonElement);
byId('dialog-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close());

let accept: () => boolean = () => true;
let settle: (accepted: boolean) => void = () => undefined;

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!accept()) return;
  dialog.close('accepted');
});
dialog.addEventListener('close', () => settle(dialog.returnValue === 'accepted'));

function open(question: string, action: string): Promise<boolean> {
  title.textContent = question;
  confirmButton.textContent = action;
  problem.textContent = '';
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => (settle = resolve));
}

/** Asks for a text; null when the reader would rather not. PROBLEM says what is wrong with one, or ''. */
export async function askText(
  question: string,
  action: string,
  value: string,
  problemOf: (text: string) => string,
): Promise<string | null> {
  field.hidden = false;
  input.value = value;
  accept = () => {
    problem.textContent = problemOf(input.value.trim());
    input.setAttribute('aria-invalid', String(problem.textContent !== ''));
    if (problem.textContent) input.focus();
    return !problem.textContent;
  };
  const answer = open(question, action);
  input.removeAttribute('aria-invalid');
  input.focus();
  // The name, without its extension: what people want to change.
  input.setSelectionRange(
    value.lastIndexOf('/') + 1,
    value.lastIndexOf('.') > 0 ? value.lastIndexOf('.') : value.length,
  );
  return (await answer) ? input.value.trim() : null;
}

export function askConfirmation(question: string, action: string): Promise<boolean> {
  field.hidden = true;
  accept = () => true;
  const answer = open(question, action);
  confirmButton.focus();
  return answer;
}
