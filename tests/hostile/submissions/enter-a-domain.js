let domain;
try { domain = process.getBuiltinModule('domain').create();
domain.on('error', () => {}); } catch {}
const enter = () => { try { domain.enter(); } catch {} };
enter();
export default () => { enter(); return 'x'; }
