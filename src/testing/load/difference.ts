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

/**
 * Pairs rows without regard to their order: by key, or, without one, those that are equal, and of the others the most alike.
 * Rows with one key are paired by their content.
 */
export function pairRows(
  expected: readonly PlainRow[],
  found: readonly PlainRow[],
  key: readonly string[],
): Pairs {
  const open = new Map<string, PlainRow[]>();
  const keyOf = (row: PlainRow): string =>
    key.length === 0 ? '' : inspect(key.map((name) => row[name] ?? null));
  for (const row of found) open.set(keyOf(row), [...(open.get(keyOf(row)) ?? []), row]);
  const both: { expected: PlainRow; found: PlainRow }[] = [];
  const unequal: PlainRow[] = [];
  for (const row of expected) {
    const same = take(open, keyOf(row), (one) => isDeepStrictEqual(one, row));
    if (same === undefined) unequal.push(row);
    else both.push({ expected: row, found: same });
  }
  const missing: PlainRow[] = [];
  for (const row of unequal) {
    const alike = mostAlike(row, open.get(keyOf(row)) ?? [], key.length > 0);
    const one = alike && take(open, keyOf(row), (other) => other === alike);
    if (one === undefined) missing.push(row);
    else both.push({ expected: row, found: one });
  }
  return { both, missing, extra: [...open.values()].flat() };
}

function take(
  open: Map<string, PlainRow[]>,
  key: string,
  isIt: (row: PlainRow) => boolean,
): PlainRow | undefined {
  const rows = open.get(key) ?? [];
  const at = rows.findIndex(isIt);
  return at === -1 ? undefined : rows.splice(at, 1)[0];
}

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
