/** The lines of a stream of UTF-8 text, without their ends. */
export async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // Pieces of the line that is not complete yet; joined once, so that a long line is not copied again with every piece.
  let open: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        open.push(text.slice(from, end));
        const line = open.join('');
        open = [];
        from = end + 1;
        if (line) yield line;
      }
      if (from < text.length) open.push(text.slice(from));
      if (done) break;
    }
    const rest = open.join('');
    if (rest) yield rest;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
