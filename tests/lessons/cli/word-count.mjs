// A small tool as one would write it for a shell: options from argv, text from standard input, results to stdout,
// complaints to stderr, and an exit code.
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

const usage = 'usage: word-count [--top N] [--ignore-case] < TEXT';

let options;
try {
  const { values } = parseArgs({
    options: {
      top: { type: 'string', short: 't', default: '3' },
      'ignore-case': { type: 'boolean', short: 'i', default: false },
    },
  });
  options = values;
} catch (error) {
  console.error(`${error.message}\n${usage}`);
  process.exit(64);
}

const top = Number(options.top);
if (!Number.isInteger(top) || top < 1) {
  console.error(`--top must be a number from 1, not "${options.top}"\n${usage}`);
  process.exit(64);
}

const input = await text(process.stdin);
const words = (options['ignore-case'] ? input.toLowerCase() : input).match(/\p{L}+/gu) ?? [];
const counts = Map.groupBy(words, (word) => word);
const ranking = [...counts]
  .map(([word, { length }]) => ({ word, times: length }))
  .sort((a, b) => b.times - a.times || a.word.localeCompare(b.word));

for (const { word, times } of ranking.slice(0, top)) console.log(`${String(times).padStart(4)} ${word}`);
console.error(`${words.length} words, ${counts.size} different`);
