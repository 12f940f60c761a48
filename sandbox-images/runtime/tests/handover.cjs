'use strict';
// What the daemon hands over on standard input before anything of the submission is there: the channel's key (32 bytes), then
// texts, each a 32-bit length, little-endian, and UTF-8. They are the file to run, and for every test file its path and content.
const { readSync } = require('fs');

const KEY = 32;

function readAll() {
  const chunks = [];
  for (;;) {
    // Buffers of their own: the program gets to see what is in Buffer's pool.
    const chunk = new Uint8Array(64 * 1024);
    const size = readSync(0, chunk, 0, chunk.length, null);
    if (size === 0) break;
    chunks.push(chunk.subarray(0, size));
  }
  const all = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
    chunk.fill(0);
  }
  return all;
}

function receive() {
  const bytes = readAll();
  if (bytes.length < KEY) throw new Error('the hand-over is too short');
  const key = bytes.slice(0, KEY);
  bytes.fill(0, 0, KEY);
  const view = new DataView(bytes.buffer);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const texts = [];
  for (let at = KEY; at < bytes.length;) {
    const size = view.getUint32(at, true);
    texts.push(decoder.decode(bytes.subarray(at + 4, at + 4 + size)));
    at += 4 + size;
  }
  const [entry, ...rest] = texts;
  const files = new Map();
  for (let i = 0; i + 1 < rest.length; i += 2) files.set(`/workspace/${rest[i]}`, rest[i + 1]);
  return { key, entry, files };
}

module.exports = { receive };
