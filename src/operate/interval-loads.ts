import { type Dataset, resourcesOf } from '../destination';
import type { Interval } from '../interval';
import type { Entry } from '../run';
import {
  descendantsOf,
  hasSeenData,
  isSystemName,
  type StoredSchema,
  schemaDifference,
  type TableSchema,
} from '../schema';
import type { Access } from './access';
import { entryResources } from './entry-resources';
import { inUtc } from './intervals';
import { type LoadState, readLoadStates } from './load-states';
import { type CountedTable, countLoadedRows } from './load-tables';
import { type LoadedVersion, loadedVersions, schemasByHash } from './schema-versions';
import { typeText } from './value-text';

/** One load into the dataset. */
export interface LoadView {
  readonly loadId: string;
  readonly resources: readonly string[];
  readonly committedAt: string;
  /**
   * Rows that it has in each table now, tables of children too; those that later loads replaced are theirs. The ledger's `rows` is
   * what it wrote. Of a load that has none left, the tables that its rows went to.
   */
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  /** Tables and columns that came with it. */
  readonly schemaChanges: readonly SchemaChangeView[];
  /** State of its source before and after it, as JSON texts; undefined where it changed none. */
  readonly state: LoadState | undefined;
}

/** What a load added to a schema. */
export interface SchemaChangeView {
  readonly kind: 'table' | 'column' | 'type';
  readonly table: string;
  readonly column: string | undefined;
  /** Such as `bigint`, or `bigint → double`. */
  readonly type: string | undefined;
}

/** The most loads that are looked at. */
const MOST_LOADS = 20;

interface Load {
  readonly loadId: string;
  readonly source: string;
  /** Whose state it is. */
  readonly pipeline: string;
  readonly resources: readonly string[];
  readonly committedAt: string;
}

/**
 * What the loads did that touch an interval, the newest first, at most 20. Those that a refresh or reset superseded are among them, with
 * the rows that they have left.
 *
 * Counting reads the columns that link rows (`_dlt_load_id`, `_dlt_id`, `_dlt_parent_id`) of the tables of the loads' resources, once
 * each, whatever the number of loads. In BigQuery that is billed as a whole, 10 MB a table at the least: no table is partitioned by load;
 * six or seven jobs take as many seconds. Postgres reads all rows of these tables, DuckDB the blocks that may hold the loads.
 */
export function readLoads(options: {
  readonly entry: Entry;
  readonly interval: Interval;
  readonly access: Access;
}): Promise<LoadView[]> {
  const { entry, interval, access } = options;
  return access.withDataset(entry, async (dataset) => {
    const loads = await newestLoads(entry, interval, dataset);
    if (loads.length === 0) return [];
    const [tables, changes, states] = await Promise.all([
      tablesOfLoads(dataset, loads),
      changesOfLoads(dataset, loads),
      readLoadStates(dataset, loads),
    ]);
    return loads.map(({ loadId, resources, committedAt }) => ({
      loadId,
      resources,
      committedAt,
      tables: tables.get(loadId) ?? [],
      schemaChanges: changes.get(loadId) ?? [],
      state: states.get(loadId),
    }));
  });
}

async function newestLoads(
  entry: Entry,
  { start, end }: Interval,
  dataset: Pick<Dataset, 'ledger'>,
): Promise<Load[]> {
  const ours = new Set(entryResources(entry).map(({ source, resource }) => `${source}\n${resource}`));
  const loads = new Map<string, Load>();
  for (const row of await dataset.ledger(inUtc(entry, { from: start, to: end }))) {
    if (row.load_id === null || !ours.has(`${row.source}\n${row.resource}`)) continue;
    loads.set(row.load_id, {
      loadId: row.load_id,
      source: row.source,
      pipeline: row.pipeline,
      resources: [...(loads.get(row.load_id)?.resources ?? []), row.resource],
      committedAt: row.committed_at,
    });
  }
  const newestFirst = [...loads.values()].sort((a, b) => (a.loadId < b.loadId ? 1 : -1));
  return newestFirst.slice(0, MOST_LOADS);
}

async function tablesOfLoads(
  dataset: Dataset,
  loads: readonly Load[],
): Promise<ReadonlyMap<string, LoadView['tables']>> {
  const sources = [...new Set(loads.map(({ source }) => source))];
  const [actual, ...snapshots] = await Promise.all([
    dataset.tables(),
    ...sources.map((source) => dataset.snapshot(source)),
  ]);
  const counted = sources.flatMap((source, at) => {
    const { schema } = snapshots[at]!;
    const ofSource = loads.filter((load) => load.source === source);
    return schema === undefined ? [] : countedTables(schema, ofSource);
  });
  const counts = await countLoadedRows(dataset, counted, actual);
  return new Map(
    loads.map(({ loadId, source, resources }) => {
      const rows = counts.get(loadId);
      const { schema } = snapshots[sources.indexOf(source)]!;
      const roots = rows === undefined && schema !== undefined ? rootsOf(schema, resources) : [];
      const left = rows ?? new Map(roots.map(({ name }) => [name, 0]));
      return [loadId, [...left].map(([table, count]) => ({ table, rows: count }))];
    }),
  );
}

/** Each table that loads may have rows in, with those loads; children follow their parents. */
function countedTables(schema: StoredSchema, loads: readonly Load[]): CountedTable[] {
  const loadsOf = new Map<TableSchema, string[]>();
  for (const { loadId, resources } of loads)
    for (const root of rootsOf(schema, resources)) loadsOf.set(root, [...(loadsOf.get(root) ?? []), loadId]);
  return [...loadsOf].flatMap(([root, loadIds]) =>
    [root, ...descendantsOf(schema, root.name)]
      .filter(hasSeenData)
      .map(({ name }) => ({ schema, table: name, loadIds })),
  );
}

/** The tables without a parent that any of the resources ever wrote. */
const rootsOf = (schema: StoredSchema, resources: readonly string[]): TableSchema[] =>
  Object.values(schema.tables).filter(
    (table) =>
      table.parent === undefined &&
      !isSystemName(table.name) &&
      hasSeenData(table) &&
      resourcesOf(table).some((name) => resources.includes(name)),
  );

/** What came with each load that was the first one of a schema version: against the version of the loads before it. */
async function changesOfLoads(
  dataset: Dataset,
  loads: readonly Load[],
): Promise<ReadonlyMap<string, readonly SchemaChangeView[]>> {
  const versions = await loadedVersions(dataset, [...new Set(loads.map(({ source }) => source))]);
  const steps = loads.flatMap(({ loadId, source }) => {
    const after = versions.find((one) => one.source === source && one.firstLoad === loadId);
    return after === undefined ? [] : [{ loadId, after, before: versionBefore(versions, after) }];
  });
  const hashes = steps.flatMap(({ after, before }) => [after.hash, ...(before ? [before.hash] : [])]);
  const schemas = await schemasByHash(dataset, [...new Set(hashes)]);
  const changes = new Map<string, readonly SchemaChangeView[]>();
  for (const { loadId, after, before } of steps) {
    const schema = schemas.get(after.hash);
    const earlier = before && schemas.get(before.hash);
    // against a version that can't be read, everything would look new
    const isKnown = schema !== undefined && (before === undefined || earlier !== undefined);
    if (isKnown) changes.set(loadId, differences(earlier, schema));
  }
  return changes;
}

function versionBefore(versions: readonly LoadedVersion[], of: LoadedVersion): LoadedVersion | undefined {
  return versions
    .filter(({ source, firstLoad }) => source === of.source && firstLoad < of.firstLoad)
    .reduce<LoadedVersion | undefined>(
      (newest, one) => (newest === undefined || one.firstLoad > newest.firstLoad ? one : newest),
      undefined,
    );
}

function differences(before: StoredSchema | undefined, after: StoredSchema): SchemaChangeView[] {
  const { newTables, newColumns, widened } = schemaDifference(before, after);
  return [
    ...newTables
      .filter(({ name }) => !isSystemName(name))
      .map(({ name }) => ({ kind: 'table', table: name, column: undefined, type: undefined }) as const),
    ...newColumns.map(
      ({ table, column }) =>
        ({ kind: 'column', table, column: column.name, type: typeText(column) }) as const,
    ),
    ...widened.map(
      ({ table, column, from, to }) => ({ kind: 'type', table, column, type: `${from} → ${to}` }) as const,
    ),
  ].filter(({ table }) => !isSystemName(table));
}
