import { LEDGER_TABLE, rangeOf } from '../../ledger';
import { LOAD_ID, LOADS_TABLE } from '../../schema';
import { storedResource } from '../../state';
import { type OwnRows, type PlannedDrop, planDrop } from '../commit';
import type { DropPart, DroppedResource, DroppedTable, ResourceDrop, ResourceDropReport } from '../drop';
import type { CommitTarget } from '../types';
import { countStored } from './count-rows';
import type { BoundDialect } from './dialect';
import { isOwn } from './keys';
import type { Work } from './work';

/** The dataset that is dropped from. */
export interface DropPlace extends CommitTarget {
  /** Whether its tables can be dropped within a transaction. */
  readonly dropsTables: boolean;
}

/** Says what a drop would do, and counts the rows that would go. */
export async function planDrops(
  work: Work,
  { parts, tables, state }: ResourceDrop,
  { dataset, dropsTables }: DropPlace,
): Promise<ResourceDropReport> {
  const found: DroppedTable[] = [];
  if (tables)
    for (const source of sourcesOf(parts)) {
      const plan = await planOf(work, source, parts);
      if (plan !== undefined) found.push(...(await fatesOf(work, source, { ...plan, dropsTables })));
    }
  const resources: DroppedResource[] = [];
  for (const part of parts)
    for (const resource of part.resources)
      resources.push(await lookAtResource(work, { ...part, resource, state }));
  return { status: 'planned', dataset, tables: found, resources };
}

/** The sources of a drop, each once. */
export const sourcesOf = (parts: readonly DropPart[]): readonly string[] => [
  ...new Set(parts.map(({ source }) => source)),
];

/** What becomes of the tables of a source; undefined where nothing is stored of it. */
export async function planOf(
  { reader, tables }: Work,
  source: string,
  parts: readonly DropPart[],
): Promise<PlannedDrop | undefined> {
  const schema = await reader.schema(source);
  if (schema === undefined) return undefined;
  const resources = parts.filter((part) => part.source === source).flatMap((part) => part.resources);
  const elsewhere = new Set<string>();
  for (const other of await reader.otherSchemaNames(source))
    for (const table of Object.keys((await reader.schema(other))?.tables ?? {})) elsewhere.add(table);
  return planDrop({ schema, tables, resources, elsewhere });
}

/**
 * SQL that is true for rows `_dlt_t` of a shared table that go: of those that no ledger knows, as those that dlt loaded, none
 * that a load of another source brought.
 *
 * @param actual the tables that are there: where dlt alone has loaded, there is no ledger yet
 */
export function isDropped(
  dialect: BoundDialect,
  rows: OwnRows,
  actual: { has(table: string): boolean },
): string {
  const own = actual.has(LEDGER_TABLE) ? isOwn(dialect, rows) : dialect.boolean(rows.unknownToo);
  if (!actual.has(LOADS_TABLE)) return own;
  const others = `SELECT load_id FROM ${dialect.table(LOADS_TABLE)} WHERE schema_name <> ${dialect.literal(rows.source)}`;
  return `(${own} AND _dlt_t.${dialect.quote(LOAD_ID)} NOT IN (${others}))`;
}

async function fatesOf(
  { session, tables }: Work,
  source: string,
  { whole, shared, dropsTables }: PlannedDrop & Pick<DropPlace, 'dropsTables'>,
): Promise<DroppedTable[]> {
  const { dialect } = session;
  const found: DroppedTable[] = [];
  const fate = dropsTables ? 'dropped' : 'emptied';
  for (const tree of whole)
    for (const { name } of tree.tables)
      found.push({ source, table: name, fate, rows: await countStored(session, dialect.table(name)) });
  for (const { tree, own } of shared) {
    const where = own.map((rows) => isDropped(dialect, rows, tables)).join(' OR ');
    const rows = await countStored(session, `${dialect.table(tree.root.name)} _dlt_t WHERE ${where}`);
    found.push({ source, table: tree.root.name, fate: 'own rows deleted', rows });
  }
  return found;
}

async function lookAtResource(
  { reader }: Work,
  of: {
    readonly pipeline: string;
    readonly source: string;
    readonly resource: string;
    readonly state: boolean;
  },
): Promise<DroppedResource> {
  const { pipeline, source, resource } = of;
  const loads = await reader.ledger({ source, resource, status: ['loaded'] });
  const { cursors, custom } = storedResource(
    of.state ? await reader.state(pipeline) : undefined,
    source,
    resource,
  );
  const ranges = loads.flatMap((row) => rangeOf(row) ?? []);
  const time = (iso: string): number => Date.parse(iso);
  const starts = ranges.map(({ start }) => start).sort((a, b) => time(a) - time(b));
  const ends = ranges.map(({ end }) => end).sort((a, b) => time(a) - time(b));
  return {
    pipeline,
    source,
    resource,
    cursors: Object.entries(cursors).map(([cursor, { last_value: lastValue }]) => ({ cursor, lastValue })),
    keepsMore: Object.keys(custom).length > 0,
    loads: loads.length,
    covered: starts.length === 0 ? undefined : { start: starts[0]!, end: ends.at(-1)! },
  };
}
