import { compile, type JSONPathQuery, type JSONValue } from 'json-p3';
import { TidemarkError } from '../errors';

/** Where a row's cursor is. */
export interface CursorPath {
  /** The field, if the path is one plain field of the item. */
  readonly column: string | undefined;
  /** The first match: undefined if there is none, null if it is null. */
  read(row: unknown): unknown;
}

const PLAIN = /^[^.[\]*$'"?()\s]+$/;
const SEGMENT =
  /\.([^.[\]*$'"?()\s]+)|\[(\d+)\]|\['([^'\\]+)'\]|\["([^"\\]+)"\]|\.'([^'\\]+)'|\."([^"\\]+)"/y;

/**
 * Reads a field name (`updated_at`, in quotes where it has spaces or dots: `'odd name'`) or a JSONPath (`item.ts`, `$`,
 * `items[*].ts`, `item.'odd name'`), whose first match counts.
 * A path of names and indices is walked directly; whatever selects among several values is left to the library.
 *
 * @throws TidemarkError CURSOR_PATH_INVALID
 */
export function parseCursorPath(cursor: string): CursorPath {
  if (PLAIN.test(cursor)) return plain(cursor);
  if (cursor === '$') return { column: undefined, read: (row) => row };
  const rooted = cursor.startsWith('$') ? cursor : `$${cursor.startsWith('[') ? '' : '.'}${cursor}`;
  const steps = readSteps(rooted);
  if (steps === undefined) return query(cursor, rooted);
  const [first] = steps;
  return steps.length === 1 && typeof first === 'string' ? plain(first) : walk(steps);
}

function plain(column: string): CursorPath {
  return { column, read: (row) => field(row, column) };
}

function walk(steps: readonly (string | number)[]): CursorPath {
  return {
    column: undefined,
    read: (row) => {
      let value: unknown = row;
      for (const step of steps) value = typeof step === 'number' ? element(value, step) : field(value, step);
      return value;
    },
  };
}

function query(cursor: string, rooted: string): CursorPath {
  let path: JSONPathQuery;
  try {
    path = compile(rooted);
  } catch (cause) {
    throw new TidemarkError(
      'CURSOR_PATH_INVALID',
      `The cursor "${cursor}" is neither a field name nor a JSONPath (${cause instanceof Error ? cause.message : cause}). ` +
        `Write updated_at, item.ts, items[*].ts, $, or a name with dots or spaces in quotes: 'a name'.`,
      { cause, details: { cursor } },
    );
  }
  // Rows may hold typed values beside JSON; the library passes those through untouched.
  return { column: undefined, read: (row) => path.match(row as JSONValue)?.value };
}

function readSteps(rooted: string): (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  SEGMENT.lastIndex = 1;
  while (SEGMENT.lastIndex < rooted.length) {
    const found = SEGMENT.exec(rooted);
    if (found === null) return undefined;
    const [, name, index, ...quoted] = found;
    steps.push(index === undefined ? (name ?? quoted.find((one) => one !== undefined) ?? '') : Number(index));
  }
  return steps;
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return inherited(value, name) ? undefined : (value as Record<string, unknown>)[name];
}

/** Whether a name such as "constructor" or "__proto__" is found on the row only as it is on every object. */
const inherited = (row: object, name: string): boolean =>
  name in Object.prototype && !Object.hasOwn(row, name);

function element(value: unknown, index: number): unknown {
  return Array.isArray(value) ? value[index] : undefined;
}
