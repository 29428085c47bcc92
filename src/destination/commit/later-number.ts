/** Gives the number that has a name. */
type Known = (name: string) => number;

/** A number that the database knows once it has run what it was given, such as how many rows a statement of a script changes. */
export class LaterNumber {
  /**
   * @param expression how the database computes it
   * @param valueIn its value, once what it is made of is known; @default it has a name, which is the expression
   */
  constructor(
    readonly expression: string,
    readonly valueIn: (known: Known) => number = (known) => known(expression),
  ) {}
}

/** A number that is known, or will be. */
export type Count = number | LaterNumber;

/** How a number is written in what the database runs. */
export const written = (count: Count): string =>
  count instanceof LaterNumber ? count.expression : String(count);

const valueIn = (count: Count, known: Known): number =>
  count instanceof LaterNumber ? count.valueIn(known) : count;

export function plus(a: Count, b: Count): Count {
  if (a === 0) return b;
  if (b === 0) return a;
  return computed(a, b, { expression: `(${written(a)} + ${written(b)})`, compute: (x, y) => x + y });
}

export function minus(a: Count, b: Count): Count {
  if (b === 0) return a;
  return computed(a, b, { expression: `(${written(a)} - ${written(b)})`, compute: (x, y) => x - y });
}

export const least = (a: Count, b: Count): Count =>
  computed(a, b, { expression: `least(${written(a)}, ${written(b)})`, compute: Math.min });

interface Computing {
  readonly expression: string;
  compute(a: number, b: number): number;
}

function computed(a: Count, b: Count, { expression, compute }: Computing): Count {
  if (typeof a === 'number' && typeof b === 'number') return compute(a, b);
  return new LaterNumber(expression, (known) => compute(valueIn(a, known), valueIn(b, known)));
}
