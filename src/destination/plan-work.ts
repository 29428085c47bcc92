import { covers, instantMs, intervalSet } from '../interval';
import { type LedgerRow, rangeOf } from '../ledger';
import { LOAD_ID, ROW_ID, type TableSchema } from '../schema';
import { type CommitContext, type TableTree, type TableWork, treeOf } from './commit-context';
import { appendWork } from './disposition/append';
import { deleteTrees } from './disposition/delete-trees';
import { mergeWork } from './disposition/merge';
import { replaceWork } from './disposition/replace';
import { scd2Work } from './disposition/scd2';
import { removeSlice } from './disposition/slice';
import { feedersOf, rootTablesOf } from './feeders';
import { rerunRules } from './rerun';
import type { StoredReader } from './stored';
import type { ResourceLoad } from './types';

/** What one resource does in a commit. */
export interface ResourceWork {
  readonly tables: readonly TableWork[];
  /** Whether stored rows may go even if the load brings none. */
  readonly replaces: boolean;
  /** Load keys whose rows this load replaces; their ledger rows are superseded. */
  readonly superseded: readonly string[];
}

const NOTHING: ResourceWork = { tables: [], replaces: false, superseded: [] };

/** Decides, before anything is written, how the rows of a resource get into its tables. @throws INTERVAL_OVERLAP */
export async function planWork(
  context: CommitContext,
  resource: ResourceLoad,
  reader: StoredReader,
): Promise<ResourceWork> {
  if (resource.disposition === 'skip') return NOTHING;
  if (resource.disposition === 'replace')
    return { tables: await replaceAll(context, resource, reader), replaces: true, superseded: [] };
  if (resource.onRerun === 'replace') return replaceSlice(context, resource, reader);
  const trees = resource.tables.map((name) => treeOf(context, context.schema.tables[name]!));
  const merging = mergingWork(context, resource);
  if (merging !== undefined) return { tables: trees.map(merging), replaces: false, superseded: [] };
  const { skipStored, replaced } = await rerunRules(resource, async () =>
    withRowsLeft(context, resource, await earlierLoads(context, resource, reader)),
  );
  const loads = replaced.map((row) => row.load_id).filter((id) => id !== null);
  const roots = loads.length === 0 ? [] : rootTablesOf(context.schema, resource.resource);
  return {
    tables: [
      ...roots.map((root) => removeLoads(context, root, loads)),
      ...trees.map((tree) => appendWork(context, resource, tree, skipStored)),
    ],
    replaces: loads.length > 0,
    superseded: replaced.map((row) => row.load_key),
  };
}

/** How a merge gets a tree's rows in; undefined for what appends, as a merge without any key does. */
function mergingWork(
  context: CommitContext,
  resource: ResourceLoad,
): ((tree: TableTree) => TableWork) | undefined {
  if (resource.disposition !== 'merge') return undefined;
  if (resource.strategy === 'scd2') return (tree) => scd2Work(context, resource, tree);
  const keyless = resource.primaryKey.length + resource.mergeKey.length === 0;
  if (keyless && (resource.strategy ?? 'delete-insert') === 'delete-insert') return undefined;
  return (tree) => mergeWork(context, resource, tree);
}

/** What was loaded of the resource in the time that this load touches, or beyond it if it has no end yet; what was superseded too. */
async function earlierLoads(
  context: CommitContext,
  { resource, covered, interval, stateless }: ResourceLoad,
  reader: StoredReader,
): Promise<readonly LedgerRow[]> {
  const starts = [covered?.start, interval?.start].filter((start) => start !== undefined);
  const ends = [covered?.end, interval?.end].filter((end) => end !== undefined);
  const of = { source: context.schema.name, resource };
  if (starts.length === 0) return reader.ledger({ ...of, status: ['superseded'] });
  const byTime = (a: string, b: string): number => instantMs(a) - instantMs(b);
  // An interval that only touches the start may hold rows of the border.
  const from = new Date(instantMs(starts.sort(byTime)[0]!) - 1).toISOString();
  const to = ends.sort(byTime).at(-1);
  return reader.ledger({
    ...of,
    status: ['loaded', 'superseded'],
    from,
    ...(stateless && to !== undefined && { to }),
  });
}

/**
 * The loads that count: of those that were superseded, the ones that a state reset forgot and whose rows are still there. A full
 * refresh and a replaced slice take the rows with them.
 */
async function withRowsLeft(
  context: CommitContext,
  { resource }: ResourceLoad,
  earlier: readonly LedgerRow[],
): Promise<readonly LedgerRow[]> {
  const { session } = context;
  const superseded = earlier.flatMap((row) =>
    row.status === 'superseded' && row.load_id !== null ? [row.load_id] : [],
  );
  if (superseded.length === 0) return earlier.filter((row) => row.status === 'loaded');
  const left = new Set<unknown>();
  for (const root of rootTablesOf(context.schema, resource)) {
    if (!context.before.has(root.name)) continue;
    const column = session.dialect.quote(LOAD_ID);
    const rows = await session.rows(
      `SELECT DISTINCT ${column} AS load FROM ${session.dialect.table(root.name)} WHERE ${column} >= ?`,
      [superseded.sort()[0] ?? null],
    );
    for (const { load } of rows) left.add(load);
  }
  return earlier.filter((row) => row.status === 'loaded' || left.has(row.load_id));
}

async function replaceSlice(
  context: CommitContext,
  resource: ResourceLoad,
  reader: StoredReader,
): Promise<ResourceWork> {
  const earlier = await reader.ledger({
    source: context.schema.name,
    resource: resource.resource,
    status: ['loaded'],
  });
  // What goes away first can't be there twice; rows of its keys beyond the slice can.
  const merging = mergingWork(context, resource);
  const insertion =
    merging ?? ((tree) => appendWork(context, resource, tree, resource.primaryKey.length > 0));
  const tables: TableWork[] = [];
  for (const root of rootTablesOf(context.schema, resource.resource)) {
    const tree = treeOf(context, root);
    const shared = await isShared(context, root, reader);
    const inner = insertion(tree);
    tables.push({
      async remove() {
        await removeSlice(context, resource, tree, shared, earlier);
        await inner.remove();
      },
      insert: () => inner.insert(),
    });
  }
  return { tables, replaces: true, superseded: within(resource, earlier) };
}

async function replaceAll(
  context: CommitContext,
  resource: ResourceLoad,
  reader: StoredReader,
): Promise<TableWork[]> {
  const works: TableWork[] = [];
  for (const root of rootTablesOf(context.schema, resource.resource)) {
    const tree = treeOf(context, root);
    if (tree.tables.length === 0) continue;
    works.push(replaceWork(context, resource, tree, await isShared(context, root, reader)));
  }
  return works;
}

async function isShared(context: CommitContext, root: TableSchema, reader: StoredReader): Promise<boolean> {
  if (feedersOf(root).length > 1) return true;
  const others = await reader.otherSchemas(context.schema.name);
  return others.some((schema) => schema.tables[root.name] !== undefined);
}

function removeLoads(context: CommitContext, root: TableSchema, loads: readonly string[]): TableWork {
  const { dialect } = context.session;
  return {
    async remove() {
      if (!context.before.has(root.name)) return;
      const ids =
        `SELECT t.${dialect.quote(ROW_ID)} FROM ${dialect.table(root.name)} t` +
        ` WHERE t.${dialect.quote(LOAD_ID)} IN (${loads.map(() => '?').join(', ')})`;
      await deleteTrees(context, treeOf(context, root), ids, loads);
    },
    async insert() {},
  };
}

/** Loads that lie in the slice as a whole: all that they brought has gone and come again. */
function within(resource: ResourceLoad, earlier: readonly LedgerRow[]): string[] {
  const slice = resource.covered ?? resource.interval;
  if (slice === undefined) return [];
  const set = intervalSet([slice]);
  return earlier
    .filter((row) => {
      const range = rangeOf(row);
      return range !== undefined && covers(set, range);
    })
    .map((row) => row.load_key);
}
