import { inspect, isDeepStrictEqual } from 'node:util';
import { redact } from '../../config';
import { isPlainObject } from '../../value';
import type { PlainRow } from './rows';

/** How many rows of each kind, and how many values of a row, a report tells in full. */
const TOLD = 5;

/** Rows of one table that were expected and found, in the order in which they belong to each other. */
export interface Pairs {
  /** By rows of both sides that are one and the same: by key, else by content. */
  readonly both: readonly { readonly expected: PlainRow; readonly found: PlainRow }[];
  readonly missing: readonly PlainRow[];
  readonly extra: readonly PlainRow[];
}

/** Of more rows than this that differ, none is paired by likeness: it would take long, and tell little. */
const MOST_ALIKE = 300;

/**
 * Pairs rows without regard to their order: those that are equal, then those of one key; without a key, the most alike.
 */
export function pairRows(
  expected: readonly PlainRow[],
  found: readonly PlainRow[],
  key: readonly string[],
): Pairs {
  const equal = grouped(found, contentOf);
  const both: { expected: PlainRow; found: PlainRow }[] = [];
  const unequal: PlainRow[] = [];
  for (const row of expected) {
    const same = equal.get(contentOf(row))?.shift();
    if (same === undefined) unequal.push(row);
    else both.push({ expected: row, found: same });
  }
  const keyOf = (row: PlainRow): string => contentOf(key.map((name) => row[name] ?? null));
  const left = grouped([...equal.values()].flat(), keyOf);
  const pairsAlike = key.length > 0 || unequal.length <= MOST_ALIKE;
  const missing: PlainRow[] = [];
  for (const row of unequal) {
    const others = left.get(keyOf(row)) ?? [];
    const alike = pairsAlike ? mostAlike(row, others, key.length > 0) : undefined;
    if (alike === undefined) missing.push(row);
    else both.push({ expected: row, found: others.splice(others.indexOf(alike), 1)[0]! });
  }
  return { both, missing, extra: [...left.values()].flat() };
}

function grouped(rows: readonly PlainRow[], by: (row: PlainRow) => string): Map<string, PlainRow[]> {
  const groups = new Map<string, PlainRow[]>();
  for (const row of rows) {
    const group = groups.get(by(row));
    if (group === undefined) groups.set(by(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** A text that equal values share, whatever the order of their keys. */
const contentOf = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => {
    if (typeof one === 'bigint' || (typeof one === 'number' && !Number.isFinite(one))) return `number ${one}`;
    return isPlainObject(one) ? Object.fromEntries(Object.entries(one).sort(byName)) : one;
  });

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

/** The row with most equal values; without a key they must be more than half of them. */
function mostAlike(row: PlainRow, others: readonly PlainRow[], keyed: boolean): PlainRow | undefined {
  let best: PlainRow | undefined;
  let most = keyed ? -1 : Object.keys(row).length / 2;
  for (const other of others) {
    const equal = Object.keys(row).filter((name) => isDeepStrictEqual(row[name], other[name])).length;
    if (equal > most) [best, most] = [other, equal];
  }
  return best;
}

/** What differs, in lines; none where nothing does. `key` names the row that a line is about. */
export function differenceLines({ both, missing, extra }: Pairs, key: readonly string[]): readonly string[] {
  const changed = both
    .map(({ expected, found }) => ({ row: found, paths: pathsThatDiffer(expected, found) }))
    .filter(({ paths }) => paths.length > 0);
  const lines = changed.slice(0, TOLD).flatMap(({ row, paths }) => {
    const told = paths.slice(0, TOLD).map((path) => `row ${nameOf(row, key)}: ${path}`);
    return paths.length > TOLD ? [...told, `row ${nameOf(row, key)}: and ${paths.length - TOLD} more`] : told;
  });
  if (changed.length > TOLD) lines.push(`and ${changed.length - TOLD} more rows that differ`);
  for (const [what, rows] of [
    ['missing', missing],
    ['not expected', extra],
  ] as const) {
    lines.push(...rows.slice(0, TOLD).map((row) => `${what}: ${show(row)}`));
    if (rows.length > TOLD) lines.push(`${what}: ${rows.length - TOLD} more`);
  }
  return lines;
}

const nameOf = (row: PlainRow, key: readonly string[]): string =>
  key.length > 0 ? key.map((name) => `${name} = ${show(row[name])}`).join(', ') : show(row);

/** `title: expected 'a', found 'b'` of each place where two values differ. */
function pathsThatDiffer(expected: unknown, found: unknown, at = ''): readonly string[] {
  if (isDeepStrictEqual(expected, found)) return [];
  if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length)
    return expected.flatMap((one, index) => pathsThatDiffer(one, found[index], `${at}[${index}]`));
  if (isPlainObject(expected) && isPlainObject(found)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    return names.flatMap((name) =>
      pathsThatDiffer(expected[name], found[name], at === '' ? name : `${at}.${name}`),
    );
  }
  return [`${at}: expected ${show(expected)}, found ${show(found)}`];
}

/** A value on one line, cut where it is long; null for what isn't there. */
export const show = (value: unknown): string =>
  redact(
    inspect(value ?? null, {
      depth: 4,
      breakLength: Number.POSITIVE_INFINITY,
      maxArrayLength: 10,
      maxStringLength: 120,
    }),
  );
