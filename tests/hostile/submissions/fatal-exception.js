const quiet = () => true;
try { process._fatalException = quiet; } catch {} try { Object.defineProperty(process, '_fatalException', { value: quiet }); } catch {}
try { delete process._fatalException; } catch {}
export default () => 'x'
