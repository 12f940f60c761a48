import { readFileSync } from 'node:fs';
try {
  process.stdout.write(readFileSync(process.argv[2]));
} catch (error) {
  console.log(error.code);
}
