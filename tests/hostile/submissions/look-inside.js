import v8 from 'node:v8';
import inspector from 'node:inspector';
import ah from 'node:async_hooks';
const t = (n, f) => { try { f(); console.log('OPEN', n); } catch (e) { } }; t('heap', () => v8.getHeapSnapshot()); t('write', () => v8.writeHeapSnapshot('/tmp/x')); t('flags', () => v8.setFlagsFromString('--allow-natives-syntax')); t('query', () => v8.queryObjects(Array, { format: 'summary' })); t('promiseHooks', () => v8.promiseHooks.onInit(() => {})); t('session', () => new inspector.Session().connect()); t('open', () => inspector.open(0)); t('ah', () => ah.createHook({ init() {} }).enable()); t('ear', () => ah.executionAsyncResource()); t('binding', () => process.binding('fs')); t('handles', () => process._getActiveHandles());
const te = await import('node:trace_events'); t('trace', () => te.createTracing({ categories: ['v8'] }).enable());
const wt = await import('node:worker_threads'); t('worker', () => new wt.Worker('1', { eval: true, execArgv: [] }));
const cp = await import('node:child_process'); t('child', () => cp.spawnSync('/usr/bin/node', ['-e', '1']));
const rep = process.report; t('dlopen', () => process.dlopen({}, '/x'));
const wasi = await import('node:wasi'); t('wasi', () => new wasi.WASI({ version: 'preview1', preopens: { '/': '/' } }));
const g = process.getBuiltinModule('v8'); t('gbm', () => g.getHeapSnapshot());
export default () => 'x'
