import type { Info } from './api.ts';
import { byId, option } from './dom.ts';
import type { Program } from './program.ts';

const image = byId('image', HTMLSelectElement);
const policy = byId('policy', HTMLSelectElement);
const policyHelp = byId('policy-help', HTMLElement);
const packages = byId('packages', HTMLElement);
const stdin = byId('stdin', HTMLTextAreaElement);
const interactive = byId('interactive', HTMLInputElement);
const args = byId('args', HTMLInputElement);
const env = byId('env', HTMLTextAreaElement);
const colors = byId('colors', HTMLInputElement);
const summary = byId('options-summary', HTMLElement);

type Choices = Pick<Program, 'image' | 'policy' | 'args' | 'env' | 'stdin' | 'interactive'>;

/** The fields beside the code: Node version, policy, input, arguments, environment. */
export class Options {
  #info: (Info & { enabled: true }) | null = null;
  #wanted: Pick<Choices, 'image' | 'policy'> = { image: null, policy: null };

  constructor(changed: () => void) {
    for (const element of [image, policy, stdin, interactive, args, env, colors]) {
      element.addEventListener('input', () => {
        this.#explain();
        changed();
      });
    }
    image.addEventListener('input', () => (this.#wanted.image = image.value));
    policy.addEventListener('input', () => (this.#wanted.policy = policy.value));
  }

  /** What the service offers; the choice stays where it is still there. */
  offer(info: Info & { enabled: true }): void {
    this.#info = info;
    image.replaceChildren(...info.images.map(({ name, nodeVersion }) => option(name, `Node ${nodeVersion}`)).reverse());
    policy.replaceChildren(...info.policies.map(({ name }) => option(name, name)));
    image.disabled = policy.disabled = false;
    for (const select of [image, policy]) select.closest('label')!.hidden = false;
    this.#choose();
  }

  load(choices: Choices): void {
    this.#wanted = { image: choices.image, policy: choices.policy };
    stdin.value = choices.stdin;
    interactive.checked = choices.interactive;
    args.value = choices.args.map(quoted).join(' ');
    env.value = Object.entries(choices.env)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n');
    this.#choose();
  }

  /** As they are to be kept and shared. */
  choices(): Choices {
    return {
      ...this.#wanted,
      args: splitWords(args.value),
      env: variables(env.value),
      stdin: stdin.value,
      interactive: interactive.checked,
    };
  }

  /** As they are to be sent. */
  request(): {
    image?: string;
    policy?: string;
    args: string[];
    env: Record<string, string>;
    stdin?: string;
    interactive: boolean;
  } {
    const { args, env, stdin, interactive } = this.choices();
    if (colors.checked && !('FORCE_COLOR' in env) && !('NO_COLOR' in env)) env.FORCE_COLOR = '1';
    return {
      ...(image.value && { image: image.value }),
      ...(policy.value && { policy: policy.value }),
      args,
      env,
      ...(!interactive && stdin && { stdin }),
      interactive,
    };
  }

  #choose(): void {
    if (!this.#info) return;
    const { images, policies, defaultImage, defaultPolicy } = this.#info;
    image.value = images.some(({ name }) => name === this.#wanted.image) ? this.#wanted.image! : defaultImage;
    policy.value = policies.some(({ name }) => name === this.#wanted.policy) ? this.#wanted.policy! : defaultPolicy;
    this.#explain();
  }

  #explain(): void {
    policyHelp.textContent = this.#info?.policies.find(({ name }) => name === policy.value)?.description ?? '';
    const names = this.#info?.images.find(({ name }) => name === image.value)?.packages ?? [];
    packages.textContent = names.length
      ? `Packages that can be imported: ${names.map((name) => name.replace(/(?<=.)@.*/, '')).join(', ')}.`
      : 'This version comes without npm packages.';
    stdin.disabled = interactive.checked;
    const set = [
      interactive.checked ? 'input as it runs' : stdin.value && 'input',
      args.value.trim() && 'arguments',
      env.value.trim() && 'environment',
    ].filter(Boolean);
    summary.textContent = set.length ? `(${set.join(', ')})` : '';
  }
}

const quoted = (word: string): string => (/^[^\s"']+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`);

/** TEXT in words, which spaces part; single and double quotes keep a word together, a backslash a character. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [word] of text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"?|'[^']*'?)+/gs)) {
    words.push(
      word.replace(
        /"((?:[^"\\]|\\.)*)"?|'([^']*)'?|\\(.)/gs,
        (_, double: string | undefined, single: string | undefined, escaped: string | undefined) =>
          double !== undefined ? double.replace(/\\(.)/gs, '$1') : (single ?? escaped ?? ''),
      ),
    );
  }
  return words;
}

function variables(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) result[line.slice(0, at).trim()] = line.slice(at + 1);
    else if (line.trim()) result[line.trim()] = '';
  }
  return result;
}
