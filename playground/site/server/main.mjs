// Starts the gateway: see settings.mjs, or --help. Prints "listening URL" on stdout once it answers.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunnerClient, RunnerDisabledError } from '@runner/client';
import { makeApp } from './app.mjs';
import { readLessons } from './catalogue.mjs';
import { UsageError, readSettings, usage } from './settings.mjs';

const here = dirname(fileURLToPath(import.meta.url));

function connect() {
  try {
    // A person waits: a short while is worth trying again, more is not.
    return { client: RunnerClient.fromEnvironment({ retry: { maxWaitMs: 2000, maxRounds: 3 } }) };
  } catch (error) {
    if (error instanceof RunnerDisabledError) return { disabled: error };
    throw error;
  }
}

async function main() {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings.help) return console.log(usage);
  const app = await makeApp({
    runner: connect(),
    page: join(here, '../dist'),
    lessons: readLessons(join(here, '../../../tests/lessons')),
    settings,
    logStream: process.stderr,
  });
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      if (stopping) process.exit(130); // a second one: now
      stopping = true;
      void app.close();
    });
  }
  console.log(`listening ${await app.listen(settings.listen)}`);
}

main().catch((error) => {
  const usageError = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(`playground: ${error.message}${usageError ? `\n${usage}` : ''}`);
  process.exit(usageError ? 64 : 70);
});
