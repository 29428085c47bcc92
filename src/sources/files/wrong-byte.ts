/** The first byte of a text that isn't of its encoding. */
export interface WrongByte {
  /** From 0, among the bytes that were given. */
  readonly offset: number;
  /** The text before it. */
  readonly before: string;
}

const decoderOf = (encoding: string): InstanceType<typeof TextDecoder> =>
  new TextDecoder(encoding, { fatal: true, ignoreBOM: true });

function textOf(encoding: string, bytes: Uint8Array, stream: boolean): string | undefined {
  try {
    return decoderOf(encoding).decode(bytes, { stream });
  } catch {
    return undefined;
  }
}

/** The most bytes of a character that can be missing their last one. */
export const LONGEST_BEGINNING = 3;

/**
 * How many of the last bytes begin a character that isn't complete.
 *
 * @param before how many bytes there are in all: characters of UTF-16 begin at even ones
 */
export function unfinished(encoding: string, last: Uint8Array, before: number): number {
  for (let count = Math.min(LONGEST_BEGINNING, last.length); count > 0; count -= 1) {
    if (encoding.startsWith('utf-16') && count % 2 !== before % 2) continue;
    if (textOf(encoding, last.subarray(last.length - count), true) === '') return count;
  }
  return 0;
}

/** Finds the first wrong byte of bytes that begin with a whole character and can't be decoded. */
export function firstWrongByte(encoding: string, bytes: Uint8Array): WrongByte {
  // how many bytes it takes to see that one is wrong
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (textOf(encoding, bytes.subarray(0, middle), true) === undefined) bad = middle;
    else good = middle;
  }
  // a character that isn't complete before it is what is wrong
  for (let offset = good; offset >= 0 && offset >= good - LONGEST_BEGINNING; offset -= 1) {
    const before = textOf(encoding, bytes.subarray(0, offset), false);
    if (before !== undefined) return { offset, before };
  }
  return { offset: good, before: '' };
}
