/** A number that the database knows once it has run what it was given, such as how many rows a statement of a script changes. */
export class LaterNumber {
  /** @param expression what the database calls it */
  constructor(readonly expression: string) {}
}

/** A number that is known, or will be. */
export type Count = number | LaterNumber;

/** How a number is written in what the database runs. */
export const written = (count: Count): string =>
  count instanceof LaterNumber ? count.expression : String(count);

export function plus(a: Count, b: Count): Count {
  if (a === 0) return b;
  if (b === 0) return a;
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return new LaterNumber(`(${written(a)} + ${written(b)})`);
}

export function minus(a: Count, b: Count): Count {
  if (b === 0) return a;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return new LaterNumber(`(${written(a)} - ${written(b)})`);
}

export function least(a: Count, b: Count): Count {
  if (typeof a === 'number' && typeof b === 'number') return Math.min(a, b);
  return new LaterNumber(`least(${written(a)}, ${written(b)})`);
}
