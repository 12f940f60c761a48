// Adds texts where it should add numbers.
import { readFileSync } from 'node:fs';

export function sum(numbers) {
  return numbers.reduce((total, number) => total + number, '');
}

if (import.meta.filename === process.argv[1]) {
  console.log(sum(readFileSync('/dev/stdin', 'utf8').split(/\s+/)));
}
