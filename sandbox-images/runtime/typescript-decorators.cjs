// Decorators, by the TypeScript compiler: the standard ones, or those of "experimentalDecorators" where a tsconfig.json asks
// for them. Types are removed and not checked, file by file. It takes a fifth of a second to load, so typescript.cjs does
// that for files with a decorator alone.
'use strict';

const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const { stackTraceLimit } = Error;
const ts = require(join(__dirname, 'typescript', 'typescript.js'));
Error.stackTraceLimit = stackTraceLimit;

// As Node reports errors of syntax. Node would print where this one is thrown as well, which is nobody's business, if V8 had not
// found it itself.
function syntaxError(message, file, start) {
  const { line, character } = ts.getLineAndCharacterOfPosition(file, start);
  const text = file.text.split(/\r?\n/)[line];
  let error;
  try {
    new Script('@');
  } catch (invalid) {
    error = invalid;
  }
  const frames = error.stack.split('\n').filter((text) => text.startsWith('    at ') && !text.includes(__dirname) && !text.includes('(node:vm:'));
  error.message = message;
  error.code = 'ERR_INVALID_TYPESCRIPT_SYNTAX';
  error.stack = `${file.fileName}:${line + 1}\n${text}\n${' '.repeat(character)}^\n\nSyntaxError [${error.code}]: ${message}\n${frames.join('\n')}`;
  return error;
}

function throwFirst(diagnostics) {
  for (const { file, start, messageText } of diagnostics) {
    if (file !== undefined) throw syntaxError(ts.flattenDiagnosticMessageText(messageText, '\n'), file, start);
  }
}

// What decides the meaning of decorators, from the tsconfig.json above the file. Node reads none, so the rest does not count.
function optionsFor(path) {
  const config = ts.findConfigFile(dirname(path), ts.sys.fileExists);
  if (config === undefined) return { experimentalDecorators: false };
  const source = ts.readJsonConfigFile(config, ts.sys.readFile);
  throwFirst(source.parseDiagnostics);
  // It would look for the project's files.
  const host = { ...ts.sys, readDirectory: () => [] };
  const { options } = ts.parseJsonSourceFileConfigFileContent(source, host, dirname(config));
  return {
    experimentalDecorators: options.experimentalDecorators === true,
    emitDecoratorMetadata: options.emitDecoratorMetadata === true,
    useDefineForClassFields: ts.getUseDefineForClassFields(options),
  };
}

// The compiler leaves out decorators where there may be none, and leaves it to the type checker to say so.
function firstMisplaced(file, legacy) {
  const visit = (node) =>
    node.modifiers?.find((each) => ts.isDecorator(each) && !ts.nodeCanBeDecorated(legacy, node, node.parent, node.parent.parent)) ??
    ts.forEachChild(node, visit);
  return visit(file);
}

function throwMisplaced(file, legacy) {
  const decorator = firstMisplaced(file, legacy);
  if (decorator === undefined) return;
  const hint = ts.isParameter(decorator.parent) && !legacy ? ' Those of parameters need "experimentalDecorators" in tsconfig.json.' : '';
  throw syntaxError(`Decorators are not valid here.${hint}`, file, decorator.getStart(file));
}

exports.compile = function compile(source, path) {
  const options = optionsFor(path);
  let file;
  const keepFile = () => (node) => (file = node);
  const { outputText, sourceMapText, diagnostics } = ts.transpileModule(source, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      ...options,
      target: ts.ScriptTarget.ES2022, // from the next one on standard decorators would stay
      module: ts.ModuleKind.Preserve,
      verbatimModuleSyntax: true,
      alwaysStrict: false, // Node makes no script strict
      sourceMap: true,
    },
    transformers: { before: [keepFile] },
  });
  throwFirst(diagnostics);
  throwMisplaced(file, options.experimentalDecorators);
  const map = JSON.parse(sourceMapText);
  map.sources = [path];
  return { code: outputText.replace(/\n\/\/# sourceMappingURL=.*$/, ''), map: JSON.stringify(map) };
};
