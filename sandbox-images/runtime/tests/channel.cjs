'use strict';
// What the harness says to the daemon: records in the program's own standard output, between what the program writes there.
//
//   marker (16 bytes)   HMAC(key, 0, n), for the nth record: nobody else knows what the next one looks like
//   length (2)          of the payload, little-endian
//   code (32)           HMAC(key, 1, n, payload)
//   payload             0 or 1 (more of this message follows, or not), then a piece of a message
//
// A record is written by one write of at most PIPE_BUF bytes, which the kernel does not divide. The program can write what it
// likes, read what it likes and close what it likes: it cannot make a record, and one that is lost or changed ends the sequence.
//
// A message is JSON: {"started": TEST}, {"ended": TEST}, and at the end {"end": N}, with the number of tests that have ended.
// TEST has path, and once it has ended outcome ("passed", "failed", "skipped"), ns, message, diff, line and column.
const { writeSync } = require('fs');
const { hmac } = require('./sha256.cjs');

const STDOUT = 1;
const MARKER = 16;
const CODE = 32;
const HEADER = MARKER + 2 + CODE;
const RECORD = 4096;

const encoder = new TextEncoder();
const wait = Atomics.wait;
const nobody = new Int32Array(new SharedArrayBuffer(4));

function writeAll(bytes, size) {
  for (let at = 0; at < size;) {
    try {
      at += writeSync(STDOUT, bytes, at, size - at);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      wait(nobody, 0, 0, 1); // the pipe is full, and somebody has made it non-blocking
    }
  }
}

function openChannel(key) {
  const code = hmac(key);
  const record = new Uint8Array(RECORD);
  const signed = new Uint8Array(RECORD);
  const out = new Uint8Array(CODE);
  let number = 0;
  let tests = 0;

  function sign(purpose, size) {
    signed[0] = purpose;
    for (let i = 0; i < 4; ++i) signed[1 + i] = number >>> (8 * i);
    code(signed, 5 + size, out);
  }

  function send(bytes) {
    const room = RECORD - HEADER - 1;
    for (let at = 0, last = false; !last; at += room) {
      last = bytes.length - at <= room;
      const size = 1 + (last ? bytes.length - at : room);
      record[HEADER] = last ? 1 : 0;
      for (let i = 1; i < size; ++i) record[HEADER + i] = bytes[at + i - 1];
      sign(0, 0);
      for (let i = 0; i < MARKER; ++i) record[i] = out[i];
      record[MARKER] = size;
      record[MARKER + 1] = size >>> 8;
      for (let i = 0; i < size; ++i) signed[5 + i] = record[HEADER + i];
      sign(1, size);
      for (let i = 0; i < CODE; ++i) record[MARKER + 2 + i] = out[i];
      writeAll(record, HEADER + size);
      ++number;
    }
  }

  return {
    started(path) {
      send(encode({ started: { path } }));
    },
    ended(result) {
      ++tests;
      send(encode({ ended: result }));
    },
    end() {
      send(encode({ end: tests }));
    },
  };
}

// Half a surrogate pair is no UTF-8. Keys of a method toJSON are nobody's: these objects and arrays inherit from nothing.
function encode(value) {
  return encoder.encode(JSON.stringify(plain(value)));
}

function plain(value) {
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object') return value;
  const copy = Array.isArray(value) ? value.map(plain) : {};
  if (!Array.isArray(value)) for (const key of Object.keys(value)) copy[key] = plain(value[key]);
  return Object.setPrototypeOf(copy, null);
}

module.exports = { openChannel };
