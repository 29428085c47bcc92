/** Random choices that a seed decides: the same seed, the same choices. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Fills the begin of a buffer, as many bytes as the row ids of a small load take. */
  fill(target: Uint8Array): void;
}

/** Bytes of 512 row ids. */
const FILLED = 6144;

/** A generator of 32 bits of state (mulberry32): quick, and good enough to choose steps. */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (from) => from[below(from.length)]!,
    fill(target) {
      const words = new Uint32Array(target.buffer, target.byteOffset, Math.min(FILLED, target.length) / 4);
      for (let at = 0; at < words.length; at++) words[at] = next() * 4_294_967_296;
    },
  };
}
