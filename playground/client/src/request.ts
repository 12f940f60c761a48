// What the caller gives, as a RunRequest. The daemon judges it; here is only what cannot be put into the message.
import { fromPlain } from './plain.js';
import type { Program, RunOptions, SourceFile } from './types.js';

function filesOf(program: Program, entry: string | undefined): readonly SourceFile[] {
  if (typeof program === 'string') return [{ path: entry ?? 'main.mjs', content: program }];
  if (Array.isArray(program)) return program;
  return Object.entries(program).map(([path, content]) => ({ path, content }));
}

export function toRequest(program: Program, options: RunOptions): Record<string, unknown> {
  const { interactive, signal, timeoutMs, retry, ...request } = options;
  return fromPlain('runner.v1.RunRequest', { ...request, files: filesOf(program, options.entry) });
}
