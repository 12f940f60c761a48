const memory = new WebAssembly.Memory({ initial: 1, maximum: 32768 });
for (;;) {
  const before = memory.buffer.byteLength;
  memory.grow(64);
  new Uint8Array(memory.buffer, before).fill(1);
}
