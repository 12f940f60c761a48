import { readFileSync } from 'node:fs';

export function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

if (import.meta.filename === process.argv[1]) {
  const words = readFileSync('/dev/stdin', 'utf8').split(/\s+/).filter(Boolean);
  const wrong = words.find((word) => Number.isNaN(Number(word)));
  if (wrong !== undefined) {
    console.error(`${wrong} is not a number`);
    process.exit(1);
  }
  console.log(sum(words.map(Number)));
}
