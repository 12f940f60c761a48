// TypeScript that Node's type stripping refuses because it has to be compiled (enums, namespaces with code, parameter
// properties, `import x = require()`), compiled by amaro, the transformer whose stripping half Node has built in.
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
let amaro;

// Whether Node's own stripping says that this has to be compiled.
function needsCompiling(source) {
  // The function is marked experimental; the user did not call it and shall not hear of it.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    nodeModule.stripTypeScriptTypes(source);
    return false;
  } catch (error) {
    return error?.code === UNSUPPORTED;
  } finally {
    process.emitWarning = emitWarning;
  }
}

// JavaScript with a source map in it, or undefined where amaro cannot either: then the error is Node's own.
function compile(source, url) {
  if (amaro === undefined) {
    const path = join(__dirname, 'amaro', 'index.js');
    amaro = require(path);
    forget(join(__dirname, 'amaro'));
    nodeModule.setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
  }
  let output;
  try {
    output = amaro.transformSync(source, { mode: 'transform', sourceMap: true, filename: fileURLToPath(url) });
  } catch {
    return undefined;
  }
  const map = Buffer.from(output.map).toString('base64');
  return `${output.code}\n//# sourceMappingURL=data:application/json;base64,${map}`;
}

// For .ts without a `type` in package.json, as Node does it: what does not compile as CommonJS is a module.
function formatOf(code) {
  try {
    compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname']);
    return 'commonjs';
  } catch {
    return 'module';
  }
}

function load(url, context, nextLoad) {
  let loaded;
  try {
    loaded = nextLoad(url, context);
  } catch (error) {
    // Node strips here already when it has to look at the syntax to know the format.
    if (error?.code !== UNSUPPORTED || !url.startsWith('file:')) throw error;
    const code = compile(readFileSync(fileURLToPath(url), 'utf8'), url);
    if (code === undefined) throw error;
    return { format: formatOf(code), source: code, shortCircuit: true };
  }
  const { format, source } = loaded;
  if (!format?.endsWith('typescript') || source == null) return loaded;
  const text = typeof source === 'string' ? source : Buffer.from(source).toString('utf8');
  if (!needsCompiling(text)) return loaded;
  const code = compile(text, url);
  if (code === undefined) return loaded;
  // "typescript" is CommonJS until Node finds that it is a module; it finds out from JavaScript as well.
  return { ...loaded, format: format === 'typescript' ? format : format.replace('-typescript', ''), source: code };
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
