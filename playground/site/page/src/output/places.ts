// Places in the program's files that its output names, as stack traces do: main.mjs:3:7.

export interface Place {
  path: string;
  line: number;
  column: number;
}
export type Part = string | { text: string; place: Place };

const named =
  /(?:file:\/\/)?(?:\/workspace\/)?([\w@.-]+(?:\/[\w@.-]+)*\.(?:[cm]?[jt]s|json)):(\d{1,6})(?::(\d{1,6}))?/g;
// Text without a place, however long, costs one search; more of it than this is no stack trace.
const longest = 2000;

/** TEXT in parts; those that name a place in a file for which EXISTS holds come with it. */
export function findPlaces(text: string, exists: (path: string) => boolean): Part[] {
  if (text.length > longest || !text.includes(':')) return [text];
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(named)) {
    const [whole, path, line, column] = match;
    if (!exists(path!)) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push({ text: whole, place: { path: path!, line: Number(line), column: Number(column ?? 1) } });
    from = match.index + whole.length;
  }
  if (from < text.length || !parts.length) parts.push(text.slice(from));
  return parts;
}
