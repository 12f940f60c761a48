// Places in the program's files that its output names, as stack traces do: main.mjs:3:7.

export interface Place {
  path: string;
  line: number;
  column: number;
}
export type Part = string | { text: string; place: Place };

const position = /:(\d{1,6})(?::(\d{1,6}))?/g;
const endsName = /[\s:()[\]{}<>"'`,;]/;
const longestName = 250;
// A line with more of them is no stack trace.
const mostPlaces = 16;

// Where the name that ends at END begins. It looks at no character twice, whatever the text: names end at colons.
function nameStart(text: string, end: number, least: number): number {
  let start = end;
  while (start > least && end - start <= longestName && !endsName.test(text[start - 1]!)) start -= 1;
  return start;
}

/** TEXT in parts; those that name a place in a file for which EXISTS holds come with it. */
export function findPlaces(text: string, exists: (path: string) => boolean): Part[] {
  const parts: Part[] = [];
  let from = 0;
  let found = 0;
  for (const match of text.matchAll(position)) {
    if (found === mostPlaces) break;
    const path = text.slice(nameStart(text, match.index, from), match.index).replace(/^(?:\/\/)?\/workspace\//, '');
    if (!path || !exists(path)) continue;
    found += 1;
    const start = match.index - path.length;
    const end = match.index + match[0].length;
    if (start > from) parts.push(text.slice(from, start));
    parts.push({
      text: text.slice(start, end),
      place: { path, line: Number(match[1]), column: Number(match[2] ?? 1) },
    });
    from = end;
  }
  if (from < text.length || !parts.length) parts.push(text.slice(from));
  return parts;
}
