import type { Example, SourceFile } from './api.ts';

/** What the page edits and runs: a lesson, one shared by a link, or a draft of either. */
export interface Program {
  /** Of the lesson or the link that it came from; '' for one of the reader's own. */
  id: string;
  topic: string;
  title: string;
  files: SourceFile[];
  entry: string;
  image: string | null;
  policy: string | null;
  args: string[];
  env: Record<string, string>;
  stdin: string;
  interactive: boolean;
}

export function fromExample(example: Example): Program {
  return {
    id: example.id,
    topic: example.topic,
    title: example.title,
    files: example.files,
    entry: example.entry,
    image: example.image ?? null,
    policy: example.policy ?? null,
    args: example.args ?? [],
    env: example.env ?? {},
    stdin: example.stdin ?? '',
    interactive: false,
  };
}

export const blank: Program = {
  id: '',
  topic: '',
  title: 'A program of your own',
  files: [{ path: 'main.mjs', content: "console.log('hello from Node', process.version);\n" }],
  entry: 'main.mjs',
  image: null,
  policy: null,
  args: [],
  env: {},
  stdin: '',
  interactive: false,
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A program from JSON that anybody may have written; null when it is none. */
export function fromUntrusted(value: unknown): Program | null {
  if (!isObject(value) || !Array.isArray(value.files) || !value.files.length || value.files.length > 200) return null;
  const files: SourceFile[] = [];
  for (const file of value.files as unknown[]) {
    if (!isObject(file) || typeof file.path !== 'string' || typeof file.content !== 'string') return null;
    if (pathProblem(file.path) || files.some((other) => other.path === file.path)) return null;
    files.push({ path: file.path, content: file.content });
  }
  const entry = text(value.entry);
  return {
    id: text(value.id),
    topic: text(value.topic),
    title: text(value.title).slice(0, 200) || blank.title,
    files,
    entry: files.some((file) => file.path === entry) ? entry : files[0]!.path,
    image: textOrNull(value.image),
    policy: textOrNull(value.policy),
    args: Array.isArray(value.args) ? value.args.filter((arg) => typeof arg === 'string') : [],
    env: isObject(value.env)
      ? (Object.fromEntries(Object.entries(value.env).filter(([, v]) => typeof v === 'string')) as Record<
          string,
          string
        >)
      : {},
    stdin: text(value.stdin),
    interactive: value.interactive === true,
  };
}

/** Why PATH cannot be the name of a file, as a sentence; '' when it can. */
export function pathProblem(path: string): string {
  if (!path) return 'A file needs a name.';
  if (path.length > 200) return 'A name has at most 200 characters.';
  if (path.startsWith('/') || path.endsWith('/')) return 'A name neither begins nor ends with a slash.';
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..'))
    return 'A name has no empty part, and none that is . or ..';
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'A name has no control characters and no backslash.';
  return '';
}
