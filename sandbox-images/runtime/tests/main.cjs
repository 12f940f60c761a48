'use strict';
// Runs one test file against the submission in the workspace. Started in place of a program, with nothing of the submission
// loaded; docs/grading.md says what it keeps a submission from. The parts:
//
//   handover   the key and the test files, from standard input     hardening   read-only built-ins
//   channel    results, on standard output, that cannot be forged  libraries   expect, chai and others, the tests' own
//   modules    how test files are loaded                           scheduler   suites, tests, hooks, time-outs
//   face_*     node:test; Jest, Vitest and Mocha                   failures    what is said of an error
//
// They are no modules of Node's, which a program could find in require.cache.
const { readdirSync, readFileSync, statSync } = require('fs');
const { join } = require('path');
const { compileFunction } = require('vm');

const parts = new Map();
function part(name) {
  if (!parts.has(name)) {
    const file = join(__dirname, name);
    const made = { exports: {} };
    const fetch = (id) => (id.startsWith('./') ? part(id.slice(2)) : require(id));
    const run = compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'require'], {
      filename: file,
      importModuleDynamically: require('vm').constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    run(made, made.exports, fetch);
    parts.set(name, made.exports);
  }
  return parts.get(name);
}

const { reallyExit } = process;
const { receive } = part('handover.cjs');
const { openChannel } = part('channel.cjs');
const { createScheduler } = part('scheduler.cjs');
const { createLoader } = part('libraries.cjs');
const { createNodeFace } = part('face_node.cjs');
const { face: assert, utilFace } = part('face_assert.cjs');
const { createJestFace, createToolbox } = part('face_jest.cjs');
const { createModules } = part('modules.cjs');
const { harden, closeViews } = part('hardening.cjs');

const DEFAULT_TIMEOUT = 5000; // of Jest and Vitest; node:test has none

async function main() {
  const { key, entry, files } = receive();
  const path = `/workspace/${entry}`;
  const channel = openChannel(key);
  key.fill(0);
  process.argv.splice(1, Infinity, path);
  process.env.NODE_ENV = 'test';
  delete require.cache[__filename];

  const sources = [...files.values()].join('\n');
  const scheduler = createScheduler({ channel, file: entry, path });
  const loadPackage = createLoader();
  const asks = (pattern) => pattern.test(sources);
  // Only what the tests name is loaded: expect takes as long as all of Node.
  const expect = asks(/\bexpect\b/) ? tryLoad(() => loadPackage(require.resolve('/node_modules/expect'))) : undefined;
  const defaults = { timeout: DEFAULT_TIMEOUT };
  const tools = asks(/\b(?:jest|vi|vitest)\b/)
    ? tryLoad(() => createToolbox(scheduler, () => loadPackage(require.resolve('/node_modules/jest-mock')), defaults)) : undefined;
  const words = (style) => createJestFace(scheduler, { style, expect: expect?.expect, tools, defaults });
  const globals = words('jest');
  if (tools !== undefined) globals.vi = tools;
  const faces = {
    'node:test': createNodeFace(scheduler, path),
    '@jest/globals': words('jest'),
    vitest: words('vitest'),
    ...Object.fromEntries(['util', 'node:util'].map((name) => [name, utilFace])),
    ...Object.fromEntries(['assert', 'node:assert'].map((name) => [name, assert])),
    ...Object.fromEntries(['assert/strict', 'node:assert/strict'].map((name) => [name, assert.strict])),
    mocha: words('mocha'),
    ...(expect === undefined ? {} : { expect }),
  };
  const modules = createModules({ files, faces, globals, loadPackage });
  await modules.loadPackagesAhead();
  harden(sourcesBelow('/workspace'));
  closeViews();
  await scheduler.runAll(() => modules.loadTest(path));
  channel.end();
}

const LARGE = 1024 * 1024;

function* sourcesBelow(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.[cm]?[jt]s$/.test(file) || file.includes('/node_modules/') || statSync(file).size > LARGE) continue;
    yield readFileSync(file, 'utf8');
  }
}

// An image without the package has no such words.
function tryLoad(load) {
  try {
    return load();
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

main().then(() => reallyExit(0), (error) => {
  console.error(error);
  reallyExit(70);
});
