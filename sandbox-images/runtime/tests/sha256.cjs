'use strict';
// SHA-256 (FIPS 180-4) and HMAC (RFC 2104) in arithmetic on typed arrays alone. Node's own would do, but what it keeps a key in is
// an object whose prototypes a program can reach; here there is no property, method or string that anybody else gets to see.

const CONSTANTS = new Int32Array(64);
const START = new Int32Array(8);
const BLOCK = 64;
const SIZE = 32;

// The first 32 bits of the fractional parts of the cube and square roots of the first primes.
function fraction(root) {
  return ((root - Math.floor(root)) * 0x100000000) | 0;
}
for (let candidate = 2, found = 0; found < 64; ++candidate) {
  let prime = true;
  for (let divisor = 2; divisor * divisor <= candidate; ++divisor) if (candidate % divisor === 0) prime = false;
  if (!prime) continue;
  if (found < 8) START[found] = fraction(candidate ** (1 / 2));
  CONSTANTS[found++] = fraction(candidate ** (1 / 3));
}

const schedule = new Int32Array(64);

function compress(state, bytes, at) {
  const w = schedule;
  for (let i = 0; i < 16; ++i, at += 4) {
    w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  }
  for (let i = 16; i < 64; ++i) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
  }
  let a = state[0], b = state[1], c = state[2], d = state[3];
  let e = state[4], f = state[5], g = state[6], h = state[7];
  for (let i = 0; i < 64; ++i) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + CONSTANTS[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0;
    d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

// Of `length` bytes, after one block that `state` has taken in already if `before` is BLOCK.
function finish(state, bytes, length, before, out) {
  let at = 0;
  for (; length - at >= BLOCK; at += BLOCK) compress(state, bytes, at);
  const tail = new Uint8Array(2 * BLOCK);
  const rest = length - at;
  for (let i = 0; i < rest; ++i) tail[i] = bytes[at + i];
  tail[rest] = 0x80;
  const end = rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
  const bits = (before + length) * 8;
  for (let i = 0, shifted = bits; i < 6; ++i, shifted = Math.floor(shifted / 256)) tail[end - 1 - i] = shifted % 256;
  for (let block = 0; block < end; block += BLOCK) compress(state, tail, block);
  for (let i = 0; i < SIZE; ++i) out[i] = state[i >> 2] >>> (24 - 8 * (i & 3));
}

// A function (bytes, length, out) that puts the code of the first `length` bytes into the first 32 of `out`. `key` has at most
// 64 bytes, and is not kept.
function hmac(key) {
  const inner = new Int32Array(START);
  const outer = new Int32Array(START);
  const pad = new Uint8Array(BLOCK);
  for (let i = 0; i < BLOCK; ++i) pad[i] = (i < key.length ? key[i] : 0) ^ 0x36;
  compress(inner, pad, 0);
  for (let i = 0; i < BLOCK; ++i) pad[i] ^= 0x36 ^ 0x5c;
  compress(outer, pad, 0);
  pad.fill(0);
  schedule.fill(0);
  const state = new Int32Array(8);
  const digest = new Uint8Array(SIZE);
  return (bytes, length, out) => {
    for (let i = 0; i < 8; ++i) state[i] = inner[i];
    finish(state, bytes, length, BLOCK, digest);
    for (let i = 0; i < 8; ++i) state[i] = outer[i];
    finish(state, digest, SIZE, BLOCK, out);
  };
}

module.exports = { hmac };
