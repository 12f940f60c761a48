'use strict';
// How test files are loaded. They are in no directory: a load hook has their sources, under the paths at which they would be, so
// that they find the submission by relative imports. Which imports are those of a test file decides what they get, and so it
// must not be a matter of names, which a submission can take on (createRequire, vm.Script with a file name):
//
//   ES modules    their URLs end in a random query. All static imports of a file are resolved before any of it is evaluated, and the
//                 first module to be evaluated closes the door: from then on the query opens nothing.
//   CommonJS      is compiled here, and has a `require` of its own, that of no other module.
const { randomBytes } = require('crypto');
const { existsSync, readFileSync } = require('fs');
const nodeModule = require('module');
const { dirname, join, resolve: resolvePath } = require('path');
const { fileURLToPath, pathToFileURL } = require('url');
const vm = require('vm');
const { changed, trusted } = require('./libraries.cjs');

const { createRequire, isBuiltin, stripTypeScriptTypes } = nodeModule;
const WORKSPACE = '/workspace/';
const ENDINGS = ['', '.js', '.ts', '.mjs', '.mts', '.cjs', '.cts', '.json', '/index.js', '/index.ts', '/index.mjs'];
const TYPESCRIPT = /\.[mc]?ts$/;
const GLOBALS = ['describe', 'suite', 'context', 'xdescribe', 'fdescribe', 'test', 'it', 'specify', 'xit', 'xtest', 'fit', 'beforeEach',
  'afterEach', 'beforeAll', 'afterAll', 'before', 'after', 'expect', 'jest', 'vi'];

function isRelative(specifier) {
  return /^(?:\.\.?(?:\/|$)|\/|file:)/.test(specifier);
}

// A value that modules of this realm can name and nobody can find: global lexical bindings cannot be listed.
function hide(value) {
  const name = `runner_${randomBytes(16).toString('hex')}`;
  vm.runInThisContext(`let ${name};`);
  vm.runInThisContext(`(value) => { ${name} = value; }`)(value);
  return name;
}

function toJavaScript(path, source) {
  if (!TYPESCRIPT.test(path)) return source;
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } catch (error) {
    const amaro = '/usr/lib/runner/amaro/index.js';
    if (error.code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' || !existsSync(amaro)) throw error;
    return require(amaro).transformSync(source, { mode: 'transform', filename: path }).code;
  } finally {
    process.emitWarning = emitWarning;
  }
}

// faces: what the names of test frameworks stand for. globals: what a test file can say without importing it.
function createModules({ files, faces, globals, loadPackage }) {
  const shared = new Map(); // what modules that are made here export, by URL
  const sharedName = hide(shared);
  const cjs = new Map();
  const packages = new Map(); // of CommonJS test files, loaded ahead
  const left = new Set(GLOBALS.filter((name) => globals[name] !== undefined));
  let secret = randomBytes(16).toString('hex');
  let open = true;

  function findTestFile(path) {
    return ENDINGS.map((ending) => path + ending).find((each) => files.has(each));
  }

  // All are compiled before anything of the submission is there, which could take the place of the compiler in require.cache.
  const compiled = new Map([...files].map(([path, source]) => {
    try {
      return [path, { source: toJavaScript(path, source) }];
    } catch (error) {
      return [path, { error }];
    }
  }));

  function sourceOf(path) {
    const { source, error } = compiled.get(path);
    if (source === undefined) throw error;
    return source;
  }

  function formatOf(path) {
    if (/\.m[jt]s$/.test(path)) return 'module';
    if (/\.c[jt]s$/.test(path)) return 'commonjs';
    if (path.endsWith('.json')) return 'json';
    for (let directory = dirname(path); directory.length >= WORKSPACE.length - 1; directory = dirname(directory)) {
      const file = join(directory, 'package.json');
      const text = files.get(file) ?? (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
      if (text === undefined) continue;
      try {
        const { type } = JSON.parse(text);
        if (type === 'module' || type === 'commonjs') return type;
      } catch {
        // Node says so when it gets there.
      }
      break;
    }
    try {
      vm.compileFunction(sourceOf(path), ['exports', 'require', 'module', '__filename', '__dirname']);
      return 'commonjs';
    } catch {
      return 'module';
    }
  }

  // A module whose exports are those of `value`.
  function moduleFor(url, value) {
    if (!shared.has(url)) shared.set(url, value);
    return { url, format: 'module', shortCircuit: true };
  }

  function sourceFor(url) {
    const value = shared.get(url);
    const names = Object.keys(value).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
    const exported = names.map((name, i) => `const e${i} = m.${name}; export { e${i} as ${name} };`).join(' ');
    return `const m = ${sharedName}.get(${JSON.stringify(url)}); ${exported} export default ${'default' in value ? 'm.default' : 'm'};`;
  }

  // ------------------------------------------------------------------------------------------------------ ES modules

  // The test file at whose path an importer is or claims to be; `proved`: it is.
  function importer(url) {
    if (url === undefined) return undefined;
    const query = url.indexOf('?');
    const bare = query < 0 ? url : url.slice(0, query);
    let path = bare;
    if (bare.startsWith('file:')) {
      try {
        path = fileURLToPath(bare);
      } catch {
        return undefined;
      }
    }
    const proved = open && query >= 0 && url.slice(query + 1) === secret;
    return files.has(path) || proved ? { path, proved, test: files.has(path) } : undefined;
  }

  function refuse(specifier, path) {
    const error = new Error(`${JSON.stringify(specifier)} cannot be imported in ${path} any more: import it at the top of the file, by a static import`);
    error.code = 'ERR_MODULE_NOT_FOUND';
    return error;
  }

  function resolveRelative(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_UNSUPPORTED_DIR_IMPORT') throw error;
      for (const ending of ENDINGS.slice(1)) {
        try {
          return nextResolve(specifier + ending, context);
        } catch {
          // The next one.
        }
      }
      throw error;
    }
  }

  // A package of the image before one of the workspace: what tests judge with is not the submission's, whatever that calls itself
  // (the name in its package.json).
  function resolvePackage(specifier, context, nextResolve) {
    const own = { ...context };
    try {
      return nextResolve(specifier, { ...own, parentURL: 'file:///any' });
    } catch {
      return nextResolve(specifier, own); // not `context`: Node has noted the other parent there
    }
  }

  function fileOf(specifier, path) {
    try {
      return createRequire('/any').resolve(specifier);
    } catch {
      return createRequire(path).resolve(specifier);
    }
  }

  // Stack traces show the query. A module that has it is Node's to give to whoever asks, once it is loaded.
  function resolve(specifier, context, nextResolve) {
    const found = resolveFor(specifier, context, nextResolve);
    if (!open && found.url.includes(secret)) throw refuse(specifier, context.parentURL);
    return found;
  }

  function resolveFor(specifier, context, nextResolve) {
    const from = importer(context.parentURL);
    if (from === undefined) {
      if (open && specifier.endsWith(`?${secret}`)) return { url: specifier, format: 'module', shortCircuit: true };
      if (specifier.startsWith('runner:')) throw refuse(specifier, context.parentURL);
      return nextResolve(specifier, context);
    }
    if (specifier.startsWith('runner:')) {
      if (!from.proved || (specifier !== 'runner:door' && specifier !== 'runner:globals')) throw refuse(specifier, from.path);
      return { url: specifier, format: 'module', shortCircuit: true };
    }
    if (from.test && isRelative(specifier)) {
      const path = findTestFile(specifier.startsWith('file:') ? fileURLToPath(specifier) : resolvePath(dirname(from.path), specifier));
      if (path === undefined) return resolveRelative(specifier, context, nextResolve);
      if (!from.proved) throw refuse(specifier, from.path);
      if (formatOf(path) === 'commonjs') {
        return moduleFor(`runner:file${path}`, loadCommonJs(path));
      }
      return { url: `${pathToFileURL(path)}?${secret}`, format: path.endsWith('.json') ? 'json' : 'module', shortCircuit: true };
    }
    if (Object.hasOwn(faces, specifier) && from.test) {
      if (!from.proved && specifier !== 'node:test' && isBuiltin(specifier)) return nextResolve(specifier, context); // Node's own: read-only, too
      if (!from.proved) throw refuse(specifier, from.path);
      return moduleFor(`runner:face/${specifier}`, faces[specifier]);
    }
    const found = from.test ? resolvePackage(specifier, context, nextResolve) : nextResolve(specifier, context);
    if (!found.url.startsWith('file:') || found.url.startsWith(`file://${WORKSPACE}`)) return found;
    // A package of the image: an instance of the tests' own.
    if (!from.proved) throw refuse(specifier, from.path);
    if (found.format === 'module') return { ...found, url: `${found.url}?${secret}`, shortCircuit: true };
    return moduleFor(`runner:package/${found.url}`, loadPackage(fileURLToPath(found.url)));
  }

  function load(url, context, nextLoad) {
    if (url === 'runner:door') return { format: 'module', source: `${sharedName}.get('runner:door')();`, shortCircuit: true };
    if (url === 'runner:globals') {
      const exported = [...left].map((name) => `const ${name}_ = m.${name}; export { ${name}_ as ${name} };`);
      return { format: 'module', source: `const m = ${sharedName}.get('runner:globals'); ${exported.join(' ')}`, shortCircuit: true };
    }
    if (shared.has(url)) return { format: 'module', source: sourceFor(url), shortCircuit: true };
    const query = url.indexOf('?');
    if (query < 0 || url.slice(query + 1) !== secret || !open) return nextLoad(url, context);
    const path = fileURLToPath(url.slice(0, query));
    if (files.has(path)) {
      if (path.endsWith('.json')) return { format: 'json', source: files.get(path), shortCircuit: true };
      const prefix = `import 'runner:door'; import { ${[...left].join(', ')} } from 'runner:globals'; `;
      return { format: 'module', source: prefix + sourceOf(path), shortCircuit: true };
    }
    const loaded = nextLoad(url, context);
    const source = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source).toString();
    const own = changed(path, source);
    return { ...loaded, source: own === source ? source : `const __runner = ${sharedName}.get('runner:trusted'); ${own}` };
  }

  shared.set('runner:door', () => { open = false; });
  shared.set('runner:globals', globals);
  shared.set('runner:trusted', trusted);

  // A name that the file declares itself cannot be imported beside it: then it is not, and the file is linked once more.
  async function importTest(path) {
    for (;;) {
      try {
        return await import(`${pathToFileURL(path)}?${secret}`);
      } catch (error) {
        const name = /^Identifier '(\w+)' has already been declared$/.exec(error?.message)?.[1];
        if (!open || !left.delete(name)) throw error;
        secret = randomBytes(16).toString('hex');
      }
    }
  }

  // ------------------------------------------------------------------------------------------------------ CommonJS

  function requireFor(path) {
    const native = createRequire(path);
    const requireFrom = (specifier) => {
      if (Object.hasOwn(faces, specifier)) return faces[specifier];
      if (isBuiltin(specifier)) return require(specifier);
      if (isRelative(specifier)) {
        const file = findTestFile(resolvePath(dirname(path), specifier));
        if (file !== undefined) return loadCommonJs(file);
        open = false;
        return native(specifier);
      }
      if (packages.has(specifier)) return packages.get(specifier);
      const found = fileOf(specifier, path);
      if (!found.startsWith(WORKSPACE)) throw refuse(specifier, path);
      open = false;
      return native(specifier);
    };
    requireFrom.resolve = native.resolve;
    requireFrom.cache = Object.create(null);
    return requireFrom;
  }

  // Strict: of a sloppy function that calls it a submission could ask the source.
  function loadCommonJs(path) {
    const known = cjs.get(path);
    if (known !== undefined) return known.exports;
    const module = { exports: {}, id: path, filename: path, loaded: false, children: [], paths: [], require: requireFor(path) };
    cjs.set(path, module);
    if (path.endsWith('.json')) {
      module.exports = JSON.parse(files.get(path));
      return module.exports;
    }
    const head = `(function (${GLOBALS.join(', ')}) { return function (exports, require, module, __filename, __dirname) { 'use strict'; `;
    const script = new vm.Script(`${head}${sourceOf(path)}\n}; })`, {
      filename: path,
      columnOffset: -head.length,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const run = script.runInThisContext()(...GLOBALS.map((name) => globals[name]));
    Reflect.apply(run, module.exports, [module.exports, module.require, module, path, dirname(path)]);
    module.loaded = true;
    return module.exports;
  }

  // The packages that CommonJS test files ask for by name, before anything of the submission is there.
  async function loadPackagesAhead() {
    for (const [path, source] of files) {
      if (path.endsWith('.json')) continue;
      for (const [, specifier] of source.matchAll(/\brequire\(\s*['"]([^'"]+)['"]\s*\)/g)) {
        if (Object.hasOwn(faces, specifier) || isBuiltin(specifier) || isRelative(specifier) || packages.has(specifier)) continue;
        let file;
        try {
          file = fileOf(specifier, path);
        } catch {
          continue; // its own error, where it is asked for
        }
        if (file.startsWith(WORKSPACE)) continue;
        const isModule = file.endsWith('.mjs') || (file.endsWith('.js') && packageType(file) === 'module');
        packages.set(specifier, isModule ? await import(`${pathToFileURL(file)}?${secret}`) : loadPackage(file));
      }
    }
  }

  function packageType(file) {
    for (let directory = dirname(file); directory !== '/node_modules' && directory !== '/'; directory = dirname(directory)) {
      const manifest = join(directory, 'package.json');
      if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type;
    }
    return undefined;
  }

  nodeModule.registerHooks({ resolve, load });
  return {
    loadPackagesAhead,
    async loadTest(path) {
      if (!files.has(path)) throw new Error(`there is no test file ${path}`);
      if (formatOf(path) === 'module') await importTest(path);
      else loadCommonJs(path);
    },
  };
}

module.exports = { createModules };
