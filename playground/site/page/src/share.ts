// A program in the fragment of an address, which browsers do not send to the server: deflate, then base64url.
import { fromUntrusted, type Program } from './program.ts';

// Far more than fits into an address that people send, and little enough for what unpacks from a hostile one.
const longest = 2 * 1024 * 1024;

async function through(
  stream: CompressionStream | DecompressionStream,
  input: Uint8Array<ArrayBuffer>,
  bound: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([input]).stream().pipeThrough(stream).getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > bound) {
      await reader.cancel();
      throw new RangeError('too long');
    }
    pieces.push(value);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

export async function encode(program: Program): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(program));
  return toBase64Url(await through(new CompressionStream('deflate-raw'), json, longest));
}

/** The program of a link; null when the link is damaged, or was never one. */
export async function decode(text: string): Promise<Program | null> {
  try {
    const json = await through(new DecompressionStream('deflate-raw'), fromBase64Url(text), longest);
    return fromUntrusted(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)));
  } catch {
    return null;
  }
}
