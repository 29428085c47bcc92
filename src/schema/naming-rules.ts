import { TidemarkError } from '../errors';
import { joinPath, normalizePath } from './naming';

/** Shorter names couldn't keep what tells a variant: `__v_timestamp`, after a tag and as much before it. */
const LEAST = 32;

/** How a destination names tables and columns. Whoever names one asks this, so that all find it under the same name. */
export interface NamingRules {
  /** The name of a table or column that the source, an option or a hint calls so; see {@link normalizePath}. */
  path(text: string): string;
  /** Of something nested: names that were made by {@link path}, whole, also where the name above it was shortened. */
  join(identifiers: readonly string[]): string;
  /** Whether a name may have lost its middle: it is as long as a name can be. */
  mayBeCut(name: string): boolean;
}

/**
 * The rules of a destination; longer names are shortened as dlt does.
 * @param maxLength most characters of a name. @default as many as wanted
 * @throws TidemarkError USAGE for a limit below 32
 */
export function namingRules(maxLength?: number): NamingRules {
  if (maxLength === undefined)
    return {
      path: (text) => normalizePath(text),
      join: (identifiers) => joinPath(identifiers),
      mayBeCut: () => false,
    };
  if (!Number.isInteger(maxLength) || maxLength < LEAST)
    throw new TidemarkError(
      'USAGE',
      `The destination's capability maxNameLength is ${maxLength}; give it a whole number of characters, ${LEAST} at the least, or leave it out.`,
      { details: { maxNameLength: maxLength } },
    );
  const shortened = new Map<string, string>();
  return {
    path: (text) => normalizePath(text, maxLength),
    join(identifiers) {
      const whole = joinPath(identifiers);
      if (whole.length <= maxLength) return whole;
      const known = shortened.get(whole) ?? joinPath(identifiers, maxLength);
      shortened.set(whole, known);
      return known;
    },
    mayBeCut: (name) => name.length >= maxLength && Array.from(name).length === maxLength,
  };
}

const MARK = '__v_';

/**
 * The columns that hold values which a column couldn't take: its variants, and theirs. Where names are shortened, a variant's
 * doesn't begin with the column's: it is as long as a name can be, and is what comes of shortening both together.
 * @param names of the table's columns
 */
export function variantsOf(column: string, names: readonly string[]): readonly string[] {
  const found = new Set([column]);
  for (const known of found) for (const name of names) if (isVariantOf(name, known)) found.add(name);
  found.delete(column);
  return [...found];
}

function isVariantOf(name: string, column: string): boolean {
  if (name.startsWith(`${column}${MARK}`)) return true;
  const mark = name.lastIndexOf(MARK);
  const length = Array.from(name).length;
  return mark > 0 && length >= LEAST && joinPath([column, name.slice(mark + 2)], length) === name;
}
