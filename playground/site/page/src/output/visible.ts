// Characters that a program prints to look like something else, or that would move text about, are shown by name.

// Embeddings, overrides, isolates and marks of the bidirectional algorithm: with them "nimda" reads as "admin".
const bidi = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// C0 without tab, newline and carriage return; DEL; C1.
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const suspicious = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '\ufffd';
}

/** TEXT with every control and bidi character replaced by a visible stand-in. */
export function visible(text: string): string {
  if (!suspicious.test(text)) return text;
  return text
    .replace(control, picture)
    .replace(bidi, (character) => `‹U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`);
}
