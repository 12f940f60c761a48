// What a page asks before it can offer anything: what the runner has, and the lessons.
import { readFile, readdir } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import { join, relative, sep } from 'node:path';
import { toProblem } from './problems.mjs';

export function addCatalogue(app, { runner, lessons, serverInfo }) {
  app.get('/api/info', async () => {
    if (!runner.client) return { enabled: false, message: runner.disabled.message };
    const info = await serverInfo().catch((error) => {
      const problem = toProblem(error);
      // Whatever the reason: no answer in time is no runner.
      throw Object.assign(problem, { status: 503, cause: error });
    });
    return {
      enabled: true,
      version: info.version,
      images: info.images.map(({ name, nodeVersion, packages }) => ({ name, nodeVersion, packages })),
      policies: info.policies.map(({ name, description, network, mayStartNode, defaultLimits, maximumLimits }) => ({
        name,
        description,
        network,
        mayStartNode,
        defaults: defaultLimits,
        maximum: maximumLimits,
      })),
      defaultImage: info.defaultImage,
      defaultPolicy: info.defaultPolicy,
    };
  });

  const examples = lessons.then((list) => JSON.stringify(list));
  // Without lessons the page has a program of one's own; whoever asks for them gets a 500, and the log the reason.
  examples.catch((error) => app.log.error({ err: error }, 'the lessons cannot be read'));
  app.get('/api/examples', async (request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'private, no-cache').send(await examples),
  );
}

/** The lesson pack: every lesson of DIRECTORY/index.json with its files, as far as they are text. */
export async function readLessons(directory) {
  const { topics } = JSON.parse(await readFile(join(directory, 'index.json'), 'utf8'));
  const lessons = topics.flatMap(({ topic, lessons }) => lessons.map((lesson) => ({ topic, ...lesson })));
  return Promise.all(
    lessons.map(async ({ topic, title, file, entry, image, policy, stdin, args, env }) => {
      const files = await filesOf(join(directory, file));
      return { id: file, topic, title, image, policy, entry: entry ?? entryOf(files), files, stdin, args, env };
    }),
  );
}

// As the service chooses one (docs/api.md), as far as lessons go: they say so themselves where package.json does.
function entryOf(files) {
  const paths = files.map(({ path }) => path);
  return paths.find((path) => /^main\.[cm]?[jt]s$/.test(path)) ?? paths.find((path) => /^index\.[cm]?[jt]s$/.test(path)) ?? paths[0];
}

async function filesOf(path) {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  const single = entries === undefined;
  const paths = single ? [path] : entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name)).sort();
  const files = await Promise.all(paths.map(async (file) => ({ file, bytes: await readFile(file) })));
  return files
    .filter(({ bytes }) => isUtf8(bytes) && !bytes.includes(0))
    .map(({ file, bytes }) => ({
      path: single ? file.slice(file.lastIndexOf(sep) + 1) : relative(path, file).split(sep).join('/'),
      content: bytes.toString('utf8'),
    }));
}
