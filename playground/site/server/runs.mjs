// The runs over HTTP: started and streamed, written to, cancelled.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { jsonEvents } from '@runner/client';
import { Problem, problemJson, toProblem } from './problems.mjs';
import { makeLimits } from './limits.mjs';
import { runBody, runParams, stdinBody } from './schemas.mjs';

// Beyond the longest wall time there is the queue, and the 30 s that a daemon gives to slow readers.
const callTimeoutMs = 10 * 60_000;
// Then only a reader can be late, which has the end of its response still to read.
const defaultReaderTimeoutMs = callTimeoutMs + 30_000;
const inputAheadBytes = 1 << 20;
const line = (object) => `${JSON.stringify(object)}\n`;

export function addRuns(app, { runner, goingOn, settings, serverInfo, readerTimeoutMs = defaultReaderTimeoutMs }) {
  const countRun = makeLimits(app, settings);

  app.post('/api/runs', { schema: { body: runBody } }, async (request, reply) => {
    if (!runner.client) throw runner.disabled;
    await countRun(request);
    const id = randomUUID();
    const gone = new AbortController();
    const run = { caller: request.caller, interactive: request.body.interactive === true, inputAhead: 0, ended: false };
    goingOn.add(id, run);
    onceClosed(request, reply, readerTimeoutMs, () => {
      goingOn.release(id);
      if (!reply.raw.writableFinished) gone.abort(new Problem(499, 'CANCELLED', 'the reader has gone'));
    });
    const { files, interactive, ...options } = request.body;
    if (options.collect?.length > 0) options.limits = limitsOfCollecting(options, await serverInfo(), settings);
    run.run = runner.client.run(files.map(toSource), {
      ...options,
      interactive: run.interactive,
      runId: id,
      tenant: request.caller.key,
      timeoutMs: callTimeoutMs,
      signal: gone.signal,
    });
    const events = jsonEvents(run.run);
    const first = await events.next(); // an error before the stream has a status of its own
    const log = request.log.child({ run: id, caller: request.caller.key });
    return reply
      .header('content-type', 'application/x-ndjson; charset=utf-8')
      .header('x-accel-buffering', 'no') // nginx passes it on as it comes
      .send(Readable.from(lines(id, first, events, log), { objectMode: false, highWaterMark: 65_536 }));
  });

  app.post('/api/runs/:id/stdin', { schema: { params: runParams, body: stdinBody } }, async (request, reply) => {
    const entry = goingOn.find(request.params.id, request.caller);
    if (!entry.interactive) throw new Problem(409, 'FAILED_PRECONDITION', 'the run is not interactive');
    if (entry.ended) throw new Problem(409, 'FAILED_PRECONDITION', 'standard input has ended');
    const { text, end } = request.body;
    if (end) {
      entry.ended = true;
      await entry.run.end();
    } else {
      await writeInput(entry, Buffer.from(text));
    }
    return reply.code(204).send();
  });

  app.delete('/api/runs/:id', { schema: { params: runParams } }, async (request, reply) => {
    await goingOn.find(request.params.id, request.caller).run.cancel();
    return reply.code(204).send();
  });
}

const toSource = ({ path, content, base64 }) => ({ path, content: content ?? Buffer.from(base64, 'base64') });

// Also when the reader goes away before the first event, or while the program is quiet. Of a response that waits behind
// another one on its connection Node 22 says nothing then: the connection does.
function onceClosed({ raw: { socket } }, reply, readerTimeoutMs, closed) {
  const late = setTimeout(() => socket.destroy(), readerTimeoutMs);
  const close = () => {
    clearTimeout(late);
    reply.raw.off('close', close);
    socket.off('close', close);
    closed();
  };
  reply.raw.once('close', close);
  socket.setMaxListeners(0).once('close', close); // as many as there are responses on it
}

// Files come back whole, and a byte can take six in JSON. Room for the files of the largest request, in blocks of 4 KiB;
// where the policy gives less, that stays.
function limitsOfCollecting({ limits, policy }, { policies, defaultPolicy }, { bodyBytes }) {
  const workspaceBytes = bodyBytes + (4 << 20);
  const usual = policies.find(({ name }) => name === (policy || defaultPolicy))?.defaultLimits?.workspaceBytes ?? 0;
  return workspaceBytes < usual ? { ...limits, workspaceBytes } : limits;
}

// A program that does not read keeps its input waiting here; not more than some.
async function writeInput(entry, bytes) {
  if (entry.inputAhead > 0 && entry.inputAhead + bytes.length > inputAheadBytes) {
    throw new Problem(429, 'RESOURCE_EXHAUSTED', 'the program has not read its input yet', { retryAfterMs: 500 });
  }
  entry.inputAhead += bytes.length;
  try {
    await entry.run.write(bytes);
  } finally {
    entry.inputAhead -= bytes.length;
  }
}

// Pulled one by one: a reader that does not read stops this, that stops the call, and that stops the program.
async function* lines(id, first, events, log) {
  yield line({ event: 'run', id });
  try {
    for (let next = first; !next.done; next = await events.next()) {
      yield line(next.value);
      if (next.value.event === 'result') logResult(log, next.value);
    }
  } catch (error) {
    const problem = toProblem(error);
    log.warn({ code: problem.code, reason: error.message }, 'run failed');
    yield line({ event: 'error', error: problemJson(problem) });
  }
}

// Nothing of what the learner wrote or the program printed.
function logResult(log, { verdict, exit_code, signal, limit, usage, start, queue_time_ms, image, policy }) {
  log.info({ verdict, exit_code, signal, limit: limit?.name, usage, start, queue_time_ms, image, policy }, 'run ended');
}
