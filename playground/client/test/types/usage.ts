// Compiled and not run: what the types allow, and what they do not.
import { RunnerClient, RunnerError, jsonEvents } from '../../dist/index.js';
import type { GradeEvent, RunEvent, ServerInfo, Verdict } from '../../dist/index.js';

const client = new RunnerClient();
const run = client.run('', { limits: { wallTimeMs: 1 }, terminal: { rows: 1 } });
for await (const event of run) {
  if (event.type === 'stdout') event.data satisfies Buffer;
  if (event.type === 'started') event.queueTimeMs satisfies number;
  if (event.type === 'file') event.content satisfies Uint8Array;
  if (event.type === 'queued') event.position satisfies number;
  // @ts-expect-error: output has no position
  if (event.type === 'stderr') event.position;
}
const result = await run.result;
result.verdict satisfies Verdict;
result.usage.wallTimeMs satisfies number;
result.usage.memoryPeakBytes satisfies number;
result.exitCode satisfies number | undefined;
result.limit?.observed satisfies number | undefined;
result.collected?.refused[0]?.reason satisfies string | undefined;
result.phases[0]?.atMs satisfies number | undefined;
// @ts-expect-error: there is no such verdict
result.verdict === 'TIMEOUT';
// @ts-expect-error: durations say their unit
result.usage.wallTime;

client.run({ 'a.js': '', 'b.bin': new Uint8Array() });
client.run([{ path: 'a.js', content: 'x', executable: true }]);
// @ts-expect-error: a slip of the pen
client.run('', { limit: {} });
// @ts-expect-error: a warm start cannot be asked for
client.run('', { start: 'START_KIND_WARM' });

const info: ServerInfo = await client.serverInfo();
info.policies[0]?.defaultLimits?.wallTimeMs satisfies number | undefined;
info.pool?.running satisfies number | undefined;
for await (const object of jsonEvents(run)) object.event satisfies unknown;

const grading = client.grade({
  submission: [{ path: 'a.js', content: 'text' }],
  cases: [{ name: 'one', stdin: new Uint8Array(), limits: { cpuTimeMs: 5 }, expect: { stdout: { trim: 'x' } } }],
  determinism: { startTimeMs: 5 },
});
for await (const event of grading satisfies AsyncIterable<GradeEvent>) {
  if (event.type === 'total') event.total.wallTimeMs satisfies number | undefined;
  if (event.type === 'result') event.result.outcome satisfies string;
}
// @ts-expect-error: no such field
client.grade({ submissions: [] });

const error = new RunnerError('UNAVAILABLE', '');
error.code === 'NOT_FOUND' || error.code === 'DISABLED';
declare const event: RunEvent;
// @ts-expect-error: a closed list
event.type === 'exit';
