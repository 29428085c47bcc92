/** What ends before it should. */
export class EndsEarly extends Error {
  constructor() {
    super('it ends early');
  }
}

/** Bytes that come in pieces, taken in amounts. */
export interface ByteReader {
  /** Whether there are no bytes left. */
  isAtEnd(): Promise<boolean>;
  /**
   * The next `count` bytes.
   * @throws EndsEarly
   */
  take(count: number): Promise<Uint8Array>;
  /**
   * Passes over the next `count` bytes.
   * @throws EndsEarly
   */
  skip(count: number): Promise<void>;
}

/** A reader of the bytes of a stream; it holds one piece, and no more than was asked for. */
export function byteReader(bytes: AsyncGenerator<Uint8Array, void, void>): ByteReader {
  let piece = new Uint8Array();
  const isAtEnd = async (): Promise<boolean> => {
    while (piece.length === 0) {
      const next = await bytes.next();
      if (next.done === true) return true;
      piece = next.value as typeof piece;
    }
    return false;
  };
  /** Up to `most` bytes, at least one. */
  const some = async (most: number): Promise<Uint8Array> => {
    if (await isAtEnd()) throw new EndsEarly();
    const taken = piece.subarray(0, most);
    piece = piece.subarray(taken.length);
    return taken;
  };
  return {
    isAtEnd,
    async take(count) {
      if (piece.length >= count) return count === 0 ? new Uint8Array() : some(count);
      const all = new Uint8Array(count);
      for (let had = 0; had < count; ) {
        const more = await some(count - had);
        all.set(more, had);
        had += more.length;
      }
      return all;
    },
    async skip(count) {
      for (let left = count; left > 0; ) left -= (await some(left)).length;
    },
  };
}
