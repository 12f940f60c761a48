// The gateway: HTTP and JSON for browsers and other back ends, gRPC towards runnerd. docs/integrating.md describes it.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import files from '@fastify/static';
import Fastify, { LogController } from 'fastify';
import { addCallers } from './callers.mjs';
import { addCatalogue } from './catalogue.mjs';
import { RunsGoingOn } from './limits.mjs';
import { Problem, sendProblem, toProblem } from './problems.mjs';
import { addRuns } from './runs.mjs';
import { makeServerInfo } from './server-info.mjs';

const cancelMs = 1000; // for what follows on a cancel, and for readers to read it
const nobody = ["'none'"];
const ourselves = ["'self'"];
const headers = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: nobody,
      scriptSrc: ourselves,
      styleSrc: ourselves,
      connectSrc: ourselves,
      imgSrc: [...ourselves, 'data:'],
      fontSrc: ourselves,
      baseUri: nobody,
      formAction: nobody,
      frameAncestors: nobody,
      // No text becomes markup or code, whoever forgets what: `innerHTML = text` throws.
      requireTrustedTypesFor: ["'script'"],
      trustedTypes: nobody,
    },
  },
  xFrameOptions: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
  strictTransportSecurity: false, // is said by whoever speaks TLS
};

/**
 * `runner` is {client} or, where running code is not enabled, {disabled: RunnerDisabledError}. `page` is the directory of
 * the built page, `lessons` a promise of readLessons(). close() lets runs end for `graceMs`, then cancels them. A response
 * that has not been read after `readerTimeoutMs` is given up.
 */
export async function makeApp({ runner, page, lessons, settings, logStream, graceMs = 5000, readerTimeoutMs }) {
  lessons.catch(() => {}); // may fail before anybody below waits for them
  const app = Fastify({
    logger: { level: settings.logLevel, stream: logStream },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.bodyBytes,
    trustProxy: settings.trustProxy,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 64 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error);
    if (problem.status === 500 || problem.status === 502) request.log.error({ err: error }, 'request failed');
    else if (problem.code === 'UNAVAILABLE') request.log.warn({ reason: (error.cause ?? error).message }, 'no daemon answers');
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(reply, new Problem(404, 'NOT_FOUND', 'there is nothing here')));
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions } = request;
    request.log.info({ method, route: routeOptions.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request');
  });

  // Nothing is kept by anybody, but for what says otherwise: answers may set a cookie.
  app.addHook('onRequest', async (request, reply) => void reply.header('cache-control', 'no-store'));
  await app.register(helmet, headers);
  await app.register(cookie, { secret: settings.cookieSecret ?? randomBytes(32).toString('hex') });
  await app.register(rateLimit, { global: false });
  addCallers(app, settings);

  const goingOn = new RunsGoingOn(settings);
  const serverInfo = makeServerInfo(runner);
  addRuns(app, { runner, goingOn, settings, serverInfo, readerTimeoutMs });
  addCatalogue(app, { runner, lessons, serverInfo });
  app.get('/healthz', async () => {
    const daemons = (await runner.client?.health({ timeoutMs: 1000 })) ?? [];
    const up = daemons.filter(({ status }) => status === 'SERVING').length;
    return { status: 'ok', enabled: runner.client !== undefined, daemons: daemons.length, serving: up, runs: goingOn.size };
  });
  await addPage(app, page);

  app.addHook('preClose', async () => {
    const runsHaveEnded = async (timeoutMs) => {
      for (let waited = 0; goingOn.size > 0 && waited < timeoutMs; waited += 50) await sleep(50);
    };
    await runsHaveEnded(graceMs);
    // One that is still being prepared has no run yet, and ends with its connection.
    await Promise.all(goingOn.all().map(({ run }) => run?.cancel()));
    await runsHaveEnded(cancelMs);
    // Whoever has still not read the end of its response has had time for it.
    setTimeout(() => app.server.closeAllConnections(), cancelMs).unref();
  });
  app.addHook('onClose', async () => runner.client?.close());
  return app;
}

async function addPage(app, page) {
  if (existsSync(join(page, 'index.html'))) {
    await app.register(files, {
      root: page,
      preCompressed: true,
      cacheControl: false,
      // "private": a shared cache would hand one visitor's cookie to the next.
      setHeaders: (reply) => reply.header('cache-control', 'private, no-cache'),
    });
  } else {
    app.get('/', () => {
      throw new Problem(503, 'NOT_BUILT', 'the page has not been built: npm run build in playground/');
    });
  }
}
