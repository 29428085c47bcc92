import {
  type ActualColumn,
  type CommitCounts,
  type CommitPlan,
  type CountedRows,
  type Insertion,
  knownCounts,
  type Merge,
  type Removal,
  type RootIdFill,
  type RowWrites,
  refuseForgotten,
  type SchemaChange,
  type StoredWriter,
  sumCounts,
  type TreePlan,
  writeRecords,
} from '../../src/destination/commit';
import { type ColumnSchema, LOAD_ID, PARENT_ID, ROOT_ID, ROW_ID } from '../../src/schema';
import type { Statement } from './books';
import {
  chooseRows,
  isBeyond,
  isWithin,
  keyOf,
  ownRows,
  readStaged,
  removeTrees,
  type StagedRow,
} from './keyed-rows';
import type { Changes, Row } from './store';

interface Executing {
  readonly changes: Changes;
  readonly statement: Statement;
  readonly writer: StoredWriter;
}

/** Executes a plan on rows in memory as `sql/execute-plan` does by SQL: what it lists, in its order. */
export async function executePlan(to: Executing, plan: CommitPlan): Promise<CommitCounts> {
  await applyChanges(to, plan.service);
  const { writes } = plan;
  const counts: CommitCounts =
    writes.kind === 'nothing' ? new Map() : await writeTables(to, writes, plan.loadId);
  await writeRecords(to.writer, plan, counts);
  return counts;
}

const actual = ({ name, data_type, nullable }: ColumnSchema): ActualColumn => ({
  name,
  type: String(data_type),
  nullable: nullable !== false,
});

export async function applyChanges(
  { changes, statement }: Pick<Executing, 'changes' | 'statement'>,
  list: readonly SchemaChange[],
): Promise<void> {
  if (list.length > 0) await statement('changes tables');
  for (const one of list) {
    if (one.change === 'create-table') changes.define(one.table, one.columns.map(actual));
    if (one.change === 'add-column') changes.define(one.table, [actual(one.column)]);
    if (one.change === 'widen-column')
      changes.define(one.table, [{ name: one.column, type: one.type, nullable: true }]);
  }
}

function fillRootIds({ changes }: Executing, { table, parent, source }: RootIdFill): void {
  const ids = new Map(changes.rows(parent).map((row) => [row[ROW_ID], row[source]]));
  changes.update(
    table,
    (row) => row[ROOT_ID] === undefined,
    (row) => ({ ...row, [ROOT_ID]: ids.get(row[PARENT_ID]) }),
  );
}

async function writeTables(to: Executing, writes: RowWrites, loadId: string): Promise<CommitCounts> {
  await applyChanges(to, writes.changes);
  for (const fill of writes.rootIds) fillRootIds(to, fill);
  const counts: CountedRows[] = [];
  const chosen = new Map<TreePlan, Chosen>();
  for (const plan of writes.trees) {
    if (plan.removal !== undefined) {
      await to.statement('removes rows');
      counts.push(remove(to.changes, plan, plan.removal));
    }
    if (plan.insertion === undefined) continue;
    const roots = await readStaged(writes.staged, plan.tree.root);
    if (plan.insertion.how === 'merge') await to.statement('removes rows of the same keys');
    chosen.set(plan, choose(to.changes, plan, { insertion: plan.insertion, roots }));
  }
  for (const plan of writes.trees) {
    const rows = chosen.get(plan);
    if (rows !== undefined) counts.push(...(await insert(to, plan, { ...rows, writes, loadId })));
  }
  return knownCounts(sumCounts(counts), Number);
}

function remove(changes: Changes, { tree }: TreePlan, removal: Removal): CountedRows {
  const table = tree.root.name;
  const doomed = whichGo(changes, removal);
  if (removal.of === 'slice') refuseForgotten(removal.check, changes.rows(table).filter(doomed).length);
  return { table, deleted: removeTrees(changes, tree, doomed) };
}

function whichGo(changes: Changes, removal: Removal): (row: Row) => boolean {
  switch (removal.of) {
    case 'everything':
      return () => true;
    case 'resource':
      return ownRows(changes, removal.own);
    case 'loads':
      return (row) => removal.loadIds.includes(row[LOAD_ID] as string);
    case 'slice': {
      const own = removal.own === undefined ? () => true : ownRows(changes, removal.own);
      return (row) => isWithin(removal.bounds, row) === true && own(row);
    }
  }
}

interface Chosen {
  readonly roots: readonly StagedRow[];
  readonly updated: number;
}

/** Which staged roots are written; stored ones that they replace go. */
function choose(
  changes: Changes,
  { tree }: TreePlan,
  { insertion, roots }: { readonly insertion: Insertion; readonly roots: readonly StagedRow[] },
): Chosen {
  const stored = changes.rows(tree.root.name);
  if (insertion.how === 'versions') throw new Error('The simulation does not model versions (scd2).');
  if (insertion.how === 'append') {
    const key = insertion.unlessStored;
    if (key === undefined) return { roots, updated: 0 };
    const known = new Set(stored.map((row) => keyOf(row, key)));
    return {
      roots: roots.filter(({ row }) => keyOf(row, key) === undefined || !known.has(keyOf(row, key))),
      updated: 0,
    };
  }
  const fresh = withoutOld(stored, insertion, roots);
  const written = chooseRows(fresh, insertion);
  const { primaryKey } = insertion;
  const before = new Set(stored.map((row) => keyOf(row, primaryKey)));
  if (insertion.strategy === 'insert-only')
    return { roots: written.filter(({ row }) => !before.has(keyOf(row, primaryKey))), updated: 0 };
  const updated = written.filter(({ row }) => before.has(keyOf(row, primaryKey))).length;
  removeTrees(changes, tree, replacedBy(insertion, fresh));
  return { roots: written, updated: primaryKey.length > 0 ? updated : 0 };
}

/** Without staged roots of which a newer one is stored. */
function withoutOld(
  stored: readonly Row[],
  { stale, batches }: Merge,
  roots: readonly StagedRow[],
): readonly StagedRow[] {
  if (batches !== undefined)
    throw new Error('The simulation does not model merge keys without a primary key.');
  if (stale === undefined) return roots;
  const { key, by } = stale;
  return roots.filter(({ row }) => {
    const own = keyOf(row, key);
    return own === undefined || !stored.some((one) => keyOf(one, key) === own && isBeyond(by, one, row));
  });
}

function replacedBy({ primaryKey }: Merge, roots: readonly StagedRow[]): (row: Row) => boolean {
  const keys = new Set(roots.map(({ row }) => keyOf(row, primaryKey)));
  return (row) => {
    const key = keyOf(row, primaryKey);
    return key !== undefined && keys.has(key);
  };
}

async function insert(
  { changes, statement }: Executing,
  { tree }: TreePlan,
  of: Chosen & { readonly writes: RowWrites; readonly loadId: string },
): Promise<readonly CountedRows[]> {
  const kept = new Set(of.roots.map(({ root }) => root));
  const counts: CountedRows[] = [];
  for (const table of tree.tables) {
    const rows = table === tree.root ? of.roots : await readStaged(of.writes.staged, table);
    const written = rows.filter(({ root }) => kept.has(root));
    if (written.length === 0) continue;
    await statement(`inserts into ${table.name}`);
    const constants = table.columns[LOAD_ID] === undefined ? {} : { [LOAD_ID]: of.loadId };
    changes.insert(
      table.name,
      written.map(({ row }) => ({ ...row, ...constants })),
    );
    const updated = table === tree.root ? of.updated : 0;
    counts.push({ table: table.name, inserted: written.length - updated, updated });
  }
  return counts;
}
