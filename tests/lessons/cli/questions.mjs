// A dialogue by readline: questions on stdout, answers from stdin, until the input ends.
import { createInterface } from 'node:readline/promises';

const terminal = createInterface({ input: process.stdin, output: process.stdout });
terminal.setPrompt('number> ');

let sum = 0;
terminal.prompt();
for await (const line of terminal) {
  const number = Number(line);
  if (Number.isNaN(number)) console.log(`"${line}" is no number`);
  else console.log('sum', (sum += number));
  terminal.prompt();
}
console.log(`\nthe end, with ${sum}`);
