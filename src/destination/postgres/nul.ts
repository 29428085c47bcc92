/*
 * Postgres keeps no NUL in a text: it is left out, as dlt leaves it out. In JSON, where it is an escape, the same, but not
 * after an escaped backslash.
 */

const BYTES = 0x0101_0101;
const HIGH_BITS = 0x8080_8080;
const BACKSLASHES = 0x5c5c_5c5c;
const SLOT_WORDS = 3;
const WORD_BYTES = 4;
/** For each number of bytes in a slot and each of its words: ones in the bytes behind them. */
const BEHIND = Int32Array.from({ length: (SLOT_WORDS * WORD_BYTES + 1) * SLOT_WORDS }, (_, at) => {
  const inWord = Math.floor(at / SLOT_WORDS) - (at % SLOT_WORDS) * WORD_BYTES;
  return inWord >= WORD_BYTES ? 0 : BYTES << (Math.max(0, inWord) * 8);
});

/** Not 0 if one of four bytes is zero. */
const zeros = (word: number): number => (word - BYTES) & ~word & HIGH_BITS;

/** Whether the text of a slot has a NUL. @param at the slot's first word, which is the number of bytes */
export function slotHasNul(words: Uint32Array, at: number): boolean {
  const behind = words[at]! * SLOT_WORDS;
  return (
    (zeros(words[at + 1]! | BEHIND[behind]!) |
      zeros(words[at + 2]! | BEHIND[behind + 1]!) |
      zeros(words[at + 3]! | BEHIND[behind + 2]!)) !==
    0
  );
}

/** Whether a slot has a backslash, so that its JSON may have the escape of a NUL. */
export function slotHasBackslash(words: Uint32Array, at: number): boolean {
  return (
    (zeros(words[at + 1]! ^ BACKSLASHES) |
      zeros(words[at + 2]! ^ BACKSLASHES) |
      zeros(words[at + 3]! ^ BACKSLASHES)) !==
    0
  );
}

export const textWithoutNul = (text: string): string =>
  text.includes('\0') ? text.replaceAll('\0', '') : text;
