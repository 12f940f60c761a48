// Uses each package named on the command line, as `import` gives it and as `require` gives it, and prints a line for each.
import { createRequire } from 'node:module';
import { types } from 'node:util';
import http from './http.mjs';
import sockets from './sockets.mjs';
import data from './data.mjs';
import identity from './identity.mjs';
import tools from './tools.mjs';
import testing from './testing.mjs';

const uses = { ...http, ...sockets, ...data, ...identity, ...tools, ...testing };
const require = createRequire(import.meta.url);
const ways = {
  import: async (name) => import(name),
  require: async (name) => require(name),
};

for (const name of process.argv.slice(2)) {
  for (const [way, load] of Object.entries(ways)) {
    try {
      const loaded = await load(name);
      await uses[name](types.isModuleNamespaceObject(loaded) ? (loaded.default ?? loaded) : loaded, loaded);
      console.log(`${name} ${way} works`);
    } catch (error) {
      console.log(`${name} ${way} fails: ${error.stack}`);
    }
  }
}
process.exit();
