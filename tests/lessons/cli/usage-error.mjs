// What a tool does with a wrong option: a sentence and the usage on stderr, nothing on stdout, and exit code 2.
import { parseArgs } from 'node:util';

const options = {
  port: { type: 'string', short: 'p' },
  verbose: { type: 'boolean', short: 'v', multiple: true },
};

try {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  console.log(values, positionals);
} catch (error) {
  if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(error.code);
  console.error('usage: serve [-p PORT] [-v] DIRECTORY');
  process.exitCode = 2;
}
