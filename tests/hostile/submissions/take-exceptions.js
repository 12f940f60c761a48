for (const f of ['setUncaughtExceptionCaptureCallback', 'addUncaughtExceptionCaptureCallback']) { try { process[f](null); } catch {} try { process[f](() => true); } catch {} }
process.removeAllListeners('uncaughtException');
process.on('uncaughtException', () => {});
process.on('unhandledRejection', () => {});
try { const { emit } = process; process.emit = (name, ...rest) => /^un/.test(name) || Reflect.apply(emit, process, [name, ...rest]); } catch {}
export default () => 'x'
