import type { ColumnSchema } from '../../schema';

/** How a database writes the types of numbers. */
export interface NumberTypes {
  /** Whole numbers, narrow to wide. */
  readonly integers: readonly string[];
  /** The narrower of two floating types. */
  readonly float: string;
  /** Matches an exact type, with its digits and those of the fraction: `DECIMAL(38,9)`. */
  readonly exact: RegExp;
}

/**
 * The type that a stored column of numbers must get to hold the schema's, undefined if it can stay. Only what holds every
 * value of the old type: a column that another program made may have a type of its own.
 * @param types what the column has, and what the schema's would be
 */
export function widenedNumber(
  { actual, wanted }: { readonly actual: string; readonly wanted: string },
  { data_type }: ColumnSchema,
  { integers, float, exact }: NumberTypes,
): string | undefined {
  const integer = integers.indexOf(actual);
  switch (data_type) {
    case 'bigint':
      return integer >= 0 && integer < integers.indexOf(wanted) ? wanted : undefined;
    case 'double':
      return integer >= 0 || actual === float ? wanted : undefined;
    case 'wei':
    case 'decimal': {
      if (integer >= 0) return wanted;
      const [from, to] = [digitsOf(actual, exact), digitsOf(wanted, exact)];
      if (from === undefined || to === undefined || actual === wanted) return undefined;
      return to.fraction >= from.fraction && to.whole >= from.whole ? wanted : undefined;
    }
    default:
      return undefined;
  }
}

function digitsOf(
  type: string,
  exact: RegExp,
): { readonly whole: number; readonly fraction: number } | undefined {
  const match = exact.exec(type);
  return match === null
    ? undefined
    : { whole: Number(match[1]) - Number(match[2]), fraction: Number(match[2]) };
}
