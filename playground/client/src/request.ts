// What the caller gives, as a RunRequest. The daemon judges it; here is only what cannot be put into the message.
import { fromPlain } from './plain.js';
import type { Program, RunOptions, SourceFile } from './types.js';

const bytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : content;

function filesOf(program: Program, entry: string | undefined): SourceFile[] {
  if (typeof program === 'string') return [{ path: entry ?? 'main.mjs', content: bytes(program) }];
  const files = Array.isArray(program)
    ? (program as readonly SourceFile[])
    : Object.entries(program).map(([path, content]) => ({ path, content }) as SourceFile);
  return files.map((file) => ({ ...file, content: bytes(file.content) }));
}

export function toRequest(program: Program, options: RunOptions): Record<string, unknown> {
  const { interactive, signal, timeoutMs, retry, stdin, ...request } = options;
  return {
    ...fromPlain(request, ['env', 'labels']),
    ...(stdin === undefined ? {} : { stdin: bytes(stdin) }),
    files: filesOf(program, options.entry),
  };
}
