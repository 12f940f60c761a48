// "exports" of package.json is a package's front door: who imports gets one file, who requires another, and what is not
// listed cannot be reached. A package may use its own name to try it out.
import { greet, kind } from 'greeter';
import { greet as formal } from 'greeter/formal';
import about from 'greeter/package.json' with { type: 'json' };
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
console.log(`${about.name}@${about.version}`);
console.log(greet('Ada'), formal('Ada'));
console.log('import gives', kind, 'and require gives', require('greeter').kind);

await import('greeter/lib/internal.mjs').catch(({ code, message }) => {
  console.log(code);
  console.log(message);
});
