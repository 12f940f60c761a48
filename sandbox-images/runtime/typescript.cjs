// TypeScript that Node's type stripping does not make JavaScript of: what has to be compiled (enums, namespaces with code,
// parameter properties, `import x = require()`), by amaro, the transformer whose stripping half Node has built in; and
// decorators, which amaro and Node leave as they are and V8 does not know, by the TypeScript compiler.
//
// Loaded ahead of a program that has TypeScript among its files, by --require or by another preload, in the main thread
// and in each worker. Whatever Node can strip is left to Node. Nothing here is a protection: a program may do to it what
// it likes, and harms itself.
'use strict';

const { readFileSync } = require('node:fs');
const nodeModule = require('node:module');
const { join } = require('node:path');
const { fileURLToPath } = require('node:url');
const { compileFunction } = require('node:vm');

const UNSUPPORTED = 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
const STARTERS = new Set(['node:child_process', 'node:cluster', 'node:worker_threads']);
const tools = new Map();

// Loaded when first needed; a program does not find it in require.cache.
function tool(path) {
  if (!tools.has(path)) {
    tools.set(path, require(join(__dirname, path)));
    forget(__dirname);
  }
  return tools.get(path);
}

// JavaScript by Node's own stripping, or undefined where that says that this has to be compiled.
function strip(source) {
  // The function is marked experimental; the user did not call it and shall not hear of it.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return nodeModule.stripTypeScriptTypes(source);
  } catch (error) {
    if (error?.code === UNSUPPORTED) return undefined;
    throw error;
  } finally {
    process.emitWarning = emitWarning;
  }
}

// Whether there is an @ outside of strings, comments and regular expressions. V8 knows no such token: so JavaScript that it
// compiles has none, and of a module, which cannot be compiled here, somebody has to read the tokens.
function hasDecorator(code) {
  if (!code.includes('@')) return false;
  if (compilesAsCommonJs(code)) return false;
  for (const token of tool('js-tokens/index.js')(code)) {
    if (token.type === 'Invalid' && token.value === '@') return true;
  }
  return false;
}

function compilesAsCommonJs(code) {
  try {
    compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname']);
    return true;
  } catch {
    return false;
  }
}

// JavaScript with a source map in it, or undefined where Node needs no help or cannot be helped: then what happens is Node's
// own doing. Throws what is wrong with decorators, with file, line and column.
function compile(source, path) {
  let stripped;
  try {
    stripped = strip(source);
  } catch {
    return undefined;
  }
  if (stripped !== undefined) return hasDecorator(stripped) ? compileDecorators(source, path) : undefined;
  // TypeScript has the same tokens but for corner cases, and these come out when amaro is done.
  if (hasDecorator(source)) return compileDecorators(source, path);
  let output;
  try {
    output = tool('amaro/index.js').transformSync(source, { mode: 'transform', sourceMap: true, filename: path });
  } catch {
    return undefined;
  }
  return hasDecorator(output.code) ? compileDecorators(source, path) : withMap(output.code, output.map);
}

function compileDecorators(source, path) {
  const { code, map } = tool('typescript-decorators.cjs').compile(source, path);
  return withMap(code, map);
}

function withMap(code, map) {
  nodeModule.setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`;
}

// Node takes a .ts without a `type` in package.json for a module when it is not CommonJS; but it cannot tell what has not
// been compiled.
function formatOf(format, code, url) {
  if (url.endsWith('.mts')) return 'module';
  if (url.endsWith('.cts')) return 'commonjs';
  const manifest = nodeModule.findPackageJSON(url); // where there is none, Node 24 answers with the path it was asked for
  const type = manifest?.endsWith('package.json') ? JSON.parse(readFileSync(manifest, 'utf8')).type : undefined;
  if (type === 'module' || type === 'commonjs') return type;
  // "typescript" is CommonJS until Node finds that it is a module; it finds out from JavaScript as well.
  if (format === 'typescript') return format;
  return compilesAsCommonJs(code) ? 'commonjs' : 'module';
}

function load(url, context, nextLoad) {
  if (STARTERS.has(url)) tool('typescript-children.cjs').follow(url);
  let loaded;
  try {
    loaded = nextLoad(url, context);
  } catch (error) {
    // Node strips here already when it has to look at the syntax to know the format.
    if (error?.code !== UNSUPPORTED || !url.startsWith('file:')) throw error;
    loaded = { format: undefined, source: readFileSync(fileURLToPath(url)), error };
  }
  const { format, source, error } = loaded;
  if (error === undefined && (!format?.endsWith('typescript') || source == null)) return loaded;
  const text = typeof source === 'string' ? source : Buffer.from(source).toString('utf8');
  const code = compile(text, fileURLToPath(url));
  if (code !== undefined) return { format: formatOf(format, code, url), source: code, shortCircuit: true };
  if (error !== undefined) throw error;
  return loaded;
}

function forget(prefix) {
  for (const path of Object.keys(require.cache)) {
    if (path.startsWith(prefix)) delete require.cache[path];
  }
}

nodeModule.registerHooks({ load });
forget(__filename);
const flag = process.execArgv.indexOf(__filename);
if (flag > 0 && process.execArgv[flag - 1] === '--require') process.execArgv.splice(flag - 1, 2);
