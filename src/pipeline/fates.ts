import type { RowFates } from '../contracts';
import type { TableCounts } from '../destination';

const FATES = {
  updated: 'replaced a stored row',
  skipped: 'there already',
  stale: 'older than what is stored',
  deleted: 'deleted',
} as const satisfies Record<keyof RowFates, string>;
const KINDS = Object.keys(FATES) as (keyof RowFates)[];

/** What became of the rows of some tables; undefined where all were simply written. */
export function fatesOf(
  counts: ReadonlyMap<string, TableCounts>,
  tables: readonly string[],
): RowFates | undefined {
  const sum = (kind: keyof RowFates): number =>
    tables.reduce((total, table) => total + (counts.get(table)?.[kind] ?? 0), 0);
  const fates = {
    updated: sum('updated'),
    skipped: sum('skipped'),
    stale: sum('stale'),
    deleted: sum('deleted'),
  };
  return KINDS.some((kind) => fates[kind] > 0) ? fates : undefined;
}

/** `20 there already, 3 older than what is stored`; empty where all were simply written. */
export function fatesText(fates: RowFates | undefined): string {
  if (fates === undefined) return '';
  return KINDS.flatMap((kind) =>
    fates[kind] > 0 ? [`${fates[kind].toLocaleString('en-US')} ${FATES[kind]}`] : [],
  ).join(', ');
}
