import { instantMs } from '../../interval';
import type { LedgerRow } from '../../ledger';
import { rebaseLoad } from '../../normalize';
import type { StoredSchema } from '../../schema';
import type { LoadPackage, ResourceLoad } from '../types';
import type { BasisReader, CommitBasis, EarlierLoad } from './basis';
import { withoutDropped } from './dropped-tables';
import { withHeldEnds } from './held-ends';
import { resourcesOf, rootTablesOf } from './owners';
import { insertionOf } from './plan-trees';
import { asksEarlierLoads, replacesSlice } from './rerun';
import { uniteWithTables, withFoundTables } from './snapshot';
import type { ActualTables, DataReader } from './stored';

type Read = Pick<CommitBasis, 'types' | 'tables' | 'facts'>;

/** Reads the rest of what the plan of a load depends on, once it is known that the load is still what it was. */
export async function readBasis(
  load: LoadPackage,
  reader: BasisReader,
  read: Read,
): Promise<Pick<CommitBasis, 'rebased' | 'earlier' | 'elsewhere'>> {
  const rebased = await rebase(load, reader.data, read);
  const earlier = new Map<string, readonly EarlierLoad[]>();
  for (const resource of load.resources) {
    const rows = await earlierLoads({ load, resource, reader, tables: read.tables, schema: rebased.schema });
    if (rows !== undefined) earlier.set(resource.resource, rows);
  }
  const others = asksOtherSchemas(load, rebased.schema)
    ? await reader.stored.otherSchemaNames(load.schema.name)
    : [];
  const elsewhere = new Set<string>();
  for (const name of others)
    for (const table of Object.keys((await reader.stored.schema(name))?.tables ?? {})) elsewhere.add(table);
  return { rebased, earlier, elsewhere };
}

/**
 * The load's schema and rows on the newest stored schema, as if its rows came second. The newest may be the one that
 * the load began with: stored values still have a say in whether a column can be widened.
 */
async function rebase(
  load: LoadPackage,
  data: DataReader,
  { types, tables, facts }: Read,
): Promise<CommitBasis['rebased']> {
  const { schema: newest } = facts;
  if (newest === undefined) return { schema: load.schema, staged: load.staged };
  const mine = withoutDropped(load, newest, tables);
  return rebaseLoad({
    mine,
    newest: withFoundTables(uniteWithTables(newest, tables, types), mine, { tables, types }),
    staged: load.staged,
    maxNameLength: types.maxNameLength,
    async holdsBeyondDouble(table, column) {
      const isThere = tables.get(table)?.some(({ name }) => name === column) === true;
      return isThere && data.holdsBeyondDouble(table, column);
    },
  });
}

/** A table that another resource or another source writes, too, isn't emptied: only own rows go. */
function asksOtherSchemas(load: LoadPackage, schema: StoredSchema): boolean {
  return load.resources.some(
    (resource) =>
      replacesStored(resource) &&
      rootTablesOf(schema, resource).some((root) => resourcesOf(root).length <= 1),
  );
}

const replacesStored = (resource: ResourceLoad): boolean =>
  resource.disposition === 'replace' || (resource.disposition !== 'skip' && replacesSlice(resource));

interface Earlier {
  readonly load: LoadPackage;
  readonly resource: ResourceLoad;
  readonly reader: BasisReader;
  readonly tables: ActualTables;
  readonly schema: StoredSchema;
}

/** What was loaded of a resource before, undefined where that decides nothing. */
async function earlierLoads(of: Earlier): Promise<readonly EarlierLoad[] | undefined> {
  const { resource, reader, load, tables, schema } = of;
  const { disposition } = resource;
  if (disposition === 'skip' || disposition === 'replace') return undefined;
  if (replacesSlice(resource))
    return reader.stored.ledger({
      source: load.schema.name,
      resource: resource.resource,
      status: ['loaded'],
    });
  if (insertionOf(resource) !== 'append' || !asksEarlierLoads(resource)) return undefined;
  const roots = rootTablesOf(schema, resource).map(({ name }) => name);
  const left = await withRowsLeft(of, await touchingLoads(of));
  return withHeldEnds({ load, resource, roots, tables, data: reader.data }, left);
}

/** What was loaded of the resource in the time that this load touches, or beyond it if it has no end yet; what was superseded too. */
async function touchingLoads({ load, resource, reader }: Earlier): Promise<readonly LedgerRow[]> {
  const { covered, interval, stateless } = resource;
  const starts = [covered?.start, interval?.start].filter((start) => start !== undefined);
  const ends = [covered?.end, interval?.end].filter((end) => end !== undefined);
  const of = { source: load.schema.name, resource: resource.resource };
  if (starts.length === 0) return reader.stored.ledger({ ...of, status: ['superseded'] });
  const byTime = (a: string, b: string): number => instantMs(a) - instantMs(b);
  // An interval that only touches the start may hold rows of the border.
  const from = new Date(instantMs(starts.sort(byTime)[0]!) - 1).toISOString();
  const to = stateless ? ends.sort(byTime).at(-1) : undefined;
  return reader.stored.ledger({ ...of, status: ['loaded', 'superseded'], from, to });
}

/**
 * The loads that count: of those that were superseded, the ones that a state reset forgot and whose rows are still there. A full
 * refresh and a replaced slice take the rows with them.
 */
async function withRowsLeft(
  { resource, reader, tables, schema }: Earlier,
  earlier: readonly LedgerRow[],
): Promise<readonly LedgerRow[]> {
  const superseded = earlier.flatMap((row) =>
    row.status === 'superseded' && row.load_id !== null ? [row.load_id] : [],
  );
  const oldest = superseded.sort()[0];
  if (oldest === undefined) return earlier.filter((row) => row.status === 'loaded');
  const left = new Set<string | null>();
  for (const root of rootTablesOf(schema, resource))
    if (tables.has(root.name))
      for (const loadId of await reader.data.loadsIn(root.name, oldest)) left.add(loadId);
  return earlier.filter((row) => row.status === 'loaded' || left.has(row.load_id));
}
