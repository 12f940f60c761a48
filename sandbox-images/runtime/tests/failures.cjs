'use strict';
// What a person reads of an error that a test threw. Errors may be the submission's: every property is looked at once, and what
// answers with an exception, or with something that is no text, is left out.
const { inspect, stripVTControlCharacters } = require('util');

const LIMIT = 7 * 1024;

function property(error, key) {
  try {
    return error[key];
  } catch {
    return undefined;
  }
}

function text(error, key) {
  const value = property(error, key);
  return typeof value === 'string' ? value : undefined;
}

function cut(value) {
  return stripVTControlCharacters(value.length > LIMIT ? `${value.slice(0, LIMIT)} …` : value);
}

function show(value) {
  try {
    return inspect(value, { depth: 4, customInspect: false, maxStringLength: 2000, maxArrayLength: 100, breakLength: 100 });
  } catch {
    return '(a value that cannot be shown)';
  }
}

// Of the first frame in a test file.
function position(stack, path) {
  if (stack === undefined) return {};
  for (const line of stack.split('\n')) {
    const at = line.indexOf(path);
    if (at < 0) continue;
    const match = /^(?:\?[^:]*)?:(\d+):(\d+)/.exec(line.slice(at + path.length));
    if (match !== null) return { line: Number(match[1]), column: Number(match[2]) };
  }
  return {};
}

function difference(error, message) {
  const paragraph = message.indexOf('\n');
  if (paragraph >= 0) return [message.slice(0, paragraph).trim(), message.slice(paragraph + 1).replace(/^\n+/, '')];
  if (typeof error === 'object' && error !== null && Object.hasOwn(error, 'actual') && Object.hasOwn(error, 'expected')) {
    const lines = (sign, value) => show(value).split('\n').map((line) => `${sign} ${line}`).join('\n');
    const [actual, expected] = [show(property(error, 'actual')), show(property(error, 'expected'))];
    if (actual !== expected) return [message, `${lines('-', property(error, 'expected'))}\n${lines('+', property(error, 'actual'))}`];
  }
  return [message, ''];
}

// { message, diff, line, column } of anything that was thrown. A function that the submission formats stacks with gets no errors of
// tests to see, whose messages may say what is expected.
function describeFailure(error, path) {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = undefined;
  try {
    return describe(error, path);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function describe(error, path) {
  if (typeof error !== 'object' || error === null) return { message: cut(`thrown: ${show(error)}`), diff: '' };
  const name = text(error, 'name') ?? 'Error';
  const code = text(error, 'code');
  const said = text(error, 'message') ?? show(error);
  const assertion = code === 'ERR_ASSERTION' || name === 'AssertionError' || name === 'JestAssertionError' || /^expect[.(]/.test(said);
  const [message, diff] = difference(error, stripVTControlCharacters(said));
  return {
    message: cut((assertion ? message : `${name}: ${message}`).trim()),
    diff: cut(diff),
    ...position(text(error, 'stack'), path),
  };
}

module.exports = { describeFailure };
