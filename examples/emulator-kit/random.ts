/** A generator of numbers in [0, 1) that depends on nothing but its seed (mulberry32). */
export type Random = () => number;

/** One generator for each row: a row is the same whenever and in whatever order it is made. */
export function randomFor(seed: number, stream: number, index: number): Random {
  let state =
    (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) +
      Math.imul(stream + 1, 0xc2b2ae35) +
      Math.imul(index + 1, 0x27d4eb2f)) |
    0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  next();
  return next;
}

export const whole = (random: Random, below: number): number => Math.floor(random() * below);
export const pick = <T>(random: Random, from: readonly T[]): T => from[whole(random, from.length)]!;
