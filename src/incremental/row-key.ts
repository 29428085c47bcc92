import { TidemarkError } from '../errors';
import { canonicalJson, keyHash } from '../value';
import { describeValue } from './cursor-value';

/** The key by which a row is recognised when it comes again. */
export interface RowKey {
  /** Whether columns were named; without them the whole row is the key. */
  readonly declared: boolean;
  /** A value equal for equal keys only, cheap to make; undefined if the row lacks a key column. */
  identity(row: unknown): unknown;
  /** The stored hash. @throws TidemarkError PRIMARY_KEY_MISSING */
  hash(row: unknown, format: 'short' | 'long'): string;
  /** @throws TidemarkError PRIMARY_KEY_MISSING */
  require(row: unknown): void;
  /** The key of a row, for messages: `id "7" (text)`; the row itself, shortened, where no column is its key. */
  describe(row: unknown): string;
}

/** One name hashes as its bare value, a list as a list, also of one; without columns the whole row is hashed. */
export function makeRowKey(columns: string | readonly string[] | undefined, cursor: string): RowKey {
  if (columns === undefined || columns.length === 0) return wholeRow;
  const read = typeof columns === 'string' ? readOne(columns) : readAll(columns);
  const require = (row: unknown): unknown => {
    const key = read(row);
    return key === undefined ? missing(columns, cursor) : key;
  };
  return {
    declared: true,
    identity: (row) => identify(read(row)),
    hash: (row, format) => keyHash(require(row), format),
    require,
    describe: (row) => `${[columns].flat().join(', ')} ${describeValue(read(row))}`,
  };
}

const wholeRow: RowKey = {
  declared: false,
  identity: (row) => identify(row),
  hash: (row, format) => keyHash(row, format),
  require: () => undefined,
  describe: (row) => describeValue(row),
};

function readOne(column: string): (row: unknown) => unknown {
  return (row) =>
    typeof row === 'object' && row !== null && Object.hasOwn(row, column)
      ? (row as Record<string, unknown>)[column]
      : undefined;
}

function readAll(columns: readonly string[]): (row: unknown) => unknown {
  const readers = columns.map(readOne);
  return (row) => {
    const values = readers.map((read) => read(row));
    return values.includes(undefined) ? undefined : values;
  };
}

/** Numbers and texts as they are; anything else as its JSON behind a mark, so that no text can be mistaken for it. */
function identify(key: unknown): unknown {
  if (typeof key === 'number' || key === undefined) return key;
  if (typeof key === 'string' && !key.startsWith('\0')) return key;
  return `\0${canonicalJson(key)}`;
}

function missing(columns: string | readonly string[], cursor: string): never {
  const names = [columns].flat().map((name) => `"${name}"`);
  throw new TidemarkError(
    'PRIMARY_KEY_MISSING',
    `A row at the boundary of the cursor "${cursor}" lacks a column of the key ${names.join(', ')}, by which it is ` +
      'recognised in the next run. Name a key that every row has, or switch deduplication off with primaryKey: [] on the incremental.',
    { details: { cursor, key: [columns].flat() } },
  );
}
