type Bytes = AsyncGenerator<Uint8Array, void, void>;

/** Pieces as one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** The first pieces of a stream, as one that has so many bytes or more if the stream has. */
export async function firstBytes(bytes: Bytes, count: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let had = 0; had < count; ) {
    const next = await bytes.next();
    if (next.done === true) break;
    pieces.push(next.value);
    had += next.value.length;
  }
  return pieces.length === 1 ? pieces[0]! : joined(pieces);
}

/** A stream with what was taken from it put before it again. */
export async function* prefixed<T extends { readonly length: number }>(
  first: T,
  rest: AsyncGenerator<T, void, void>,
): AsyncGenerator<T, void, void> {
  if (first.length > 0) yield first;
  yield* rest;
}
