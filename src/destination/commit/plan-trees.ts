import { isTidemarkError, TidemarkError } from '../../errors';
import {
  completeColumn,
  completeColumns,
  descendantsOf,
  hasSeenData,
  type StoredSchema,
  type TableSchema,
} from '../../schema';
import { Timestamp } from '../../value';
import type { LoadPackage, ResourceLoad } from '../types';
import type { CommitBasis } from './basis';
import { resourcesOf, rootTablesOf } from './owners';
import type {
  BatchRule,
  Bound,
  Insertion,
  Merge,
  OrderingColumn,
  OwnRows,
  Removal,
  StaleRule,
  TableTree,
  TreePlan,
} from './plan';
import { replacesSlice, rerunRules } from './rerun';
import { loadsWithin, refuseIntruder, sliceBounds, sliceCheck } from './slice';
import { stagedRows } from './staged-rows';
import { versionColumns } from './version-columns';

/** What the resources of a load do to their tables. */
export interface PlannedTrees {
  readonly trees: readonly TreePlan[];
  /** Whether stored rows may go even if the load brings none. */
  readonly replaces: boolean;
  /** By resource: load keys whose rows this load replaces; their ledger rows are superseded. */
  readonly superseded: ReadonlyMap<string, readonly string[]>;
}

/** What trees are planned from. */
export interface Planning {
  readonly load: LoadPackage;
  readonly basis: CommitBasis;
  /** The schema that the commit stores. */
  readonly schema: StoredSchema;
  /** Microseconds since the epoch at which the commit takes place. */
  readonly at: bigint;
}

interface ResourceTrees extends Pick<PlannedTrees, 'replaces'> {
  readonly trees: readonly TreePlan[];
  readonly superseded: readonly string[];
}

/** Decides, before anything is written, how the rows of a load get into its tables. @throws INTERVAL_OVERLAP, REPLACE_REFUSED, PRIMARY_KEY_REQUIRED */
export function planTrees(planning: Planning): PlannedTrees {
  const planned = planning.load.resources.map((resource) => planResource(planning, resource));
  return {
    trees: eachRowOnce(
      planning,
      planned.flatMap(({ trees }) => trees),
    ).filter(({ removal, insertion }) => removal !== undefined || insertion !== undefined),
    replaces: planned.some(({ replaces, trees }) => replaces && trees.length > 0),
    superseded: new Map(
      planned.map(({ superseded }, at) => [planning.load.resources[at]!.resource, superseded]),
    ),
  };
}

/** Rows of a table are written once, however many resources write it: what must look at stored rows goes first. */
function eachRowOnce({ load }: Planning, trees: readonly TreePlan[]): readonly TreePlan[] {
  const writers = new Map<string, TreePlan>();
  for (const plain of [false, true])
    for (const plan of trees) {
      const { name } = plan.tree.root;
      if (plan.insertion === undefined || (plan.insertion.how === 'append') !== plain) continue;
      if (stagedRows(load.staged, name) > 0 && !writers.has(name)) writers.set(name, plan);
    }
  return trees.map((plan) =>
    writers.get(plan.tree.root.name) === plan ? plan : { ...plan, insertion: undefined },
  );
}

function planResource(planning: Planning, resource: ResourceLoad): ResourceTrees {
  if (resource.disposition === 'skip') return { trees: [], replaces: false, superseded: [] };
  if (resource.disposition === 'replace')
    return { trees: replaceAll(planning, resource), replaces: true, superseded: [] };
  if (replacesSlice(resource)) return replaceSlice(planning, resource);
  const trees = resource.tables.map((name) => treeOf(planning, planning.schema.tables[name]!));
  if (insertionOf(resource) !== 'append') {
    const plans = trees.map((tree) => ({
      tree,
      removal: undefined,
      insertion: insertion(planning, resource, tree),
    }));
    return { trees: plans, replaces: false, superseded: [] };
  }
  return appendOnce(planning, resource, trees);
}

function appendOnce(planning: Planning, resource: ResourceLoad, trees: readonly TableTree[]): ResourceTrees {
  const { skipStored, replaced } = rerunRules(resource, planning.basis.earlier.get(resource.resource) ?? []);
  const loadIds = replaced.map((row) => row.load_id).filter((id) => id !== null);
  const roots = loadIds.length === 0 ? [] : rootTablesOf(planning.schema, resource);
  const removals = roots.map((root): TreePlan => {
    const tree = treeOf(planning, root);
    const removal: Removal | undefined = tree.before.has(root.name) ? { of: 'loads', loadIds } : undefined;
    return { tree, removal, insertion: undefined };
  });
  const appends = trees.map((tree): TreePlan => {
    return { tree, removal: undefined, insertion: append(resource, tree, skipStored) };
  });
  return {
    trees: [...removals, ...appends],
    replaces: loadIds.length > 0,
    superseded: replaced.map((row) => row.load_key),
  };
}

function replaceSlice(planning: Planning, resource: ResourceLoad): ResourceTrees {
  const earlier = planning.basis.earlier.get(resource.resource) ?? [];
  const { load, schema } = planning;
  const trees = rootTablesOf(schema, resource).map((root): TreePlan => {
    const tree = treeOf(planning, root);
    const bounds = sliceBounds(resource, root);
    // What goes away first can't be there twice; rows of its keys beyond the slice can.
    const how = insertion(planning, resource, tree, resource.primaryKey.length > 0);
    if (!tree.before.has(root.name)) return { tree, removal: undefined, insertion: how };
    refuseIntruder(load, resource, earlier);
    const own = isShared(planning, root) ? ownRows(schema, resource, root) : undefined;
    const check = sliceCheck(resource, root.name, stagedRows(load.staged, root.name));
    return { tree, removal: { of: 'slice', bounds, own, check }, insertion: how };
  });
  return { trees, replaces: true, superseded: loadsWithin(resource, earlier) };
}

/** Everything that the resource stored goes: whole tables, or its own rows where others write the table, too. */
function replaceAll(planning: Planning, resource: ResourceLoad): readonly TreePlan[] {
  return rootTablesOf(planning.schema, resource)
    .map((root): TreePlan => {
      const tree = treeOf(planning, root);
      const removal: Removal = isShared(planning, root)
        ? { of: 'resource', own: ownRows(planning.schema, resource, root) }
        : { of: 'everything' };
      return {
        tree,
        removal: tree.before.has(root.name) ? removal : undefined,
        insertion: append(resource, tree, false),
      };
    })
    .filter(({ tree }) => tree.tables.length > 0);
}

function isShared({ basis }: Planning, root: TableSchema): boolean {
  return resourcesOf(root).length > 1 || basis.elsewhere.has(root.name);
}

function ownRows({ name }: StoredSchema, { resource }: ResourceLoad, root: TableSchema): OwnRows {
  return { source: name, resource, unknownToo: root.resource === resource };
}

/** How the rows of a resource get in; a merge without any key appends. */
export function insertionOf(resource: ResourceLoad): Insertion['how'] {
  if (resource.disposition !== 'merge') return 'append';
  if (resource.strategy === 'scd2') return 'versions';
  const keyless = resource.primaryKey.length + resource.mergeKey.length === 0;
  return keyless && (resource.strategy ?? 'delete-insert') === 'delete-insert' ? 'append' : 'merge';
}

function insertion(
  planning: Planning,
  resource: ResourceLoad,
  tree: TableTree,
  skipStored = false,
): Insertion {
  switch (insertionOf(resource)) {
    case 'append':
      return append(resource, tree, skipStored);
    case 'merge':
      return merge(resource, tree);
    case 'versions': {
      // A version has no primary key; rows that stand for the same thing share the merge key.
      const key = resource.primaryKey.length > 0 ? resource.primaryKey : resource.mergeKey;
      return {
        how: 'versions',
        columns: versionColumns(tree.root),
        boundary: resource.boundary ?? new Timestamp(planning.at),
        mergeKey: resource.mergeKey,
        stale: staleRule(resource, tree, key),
      };
    }
  }
}

function append({ primaryKey }: ResourceLoad, { root, before }: TableTree, skipStored: boolean): Insertion {
  return { how: 'append', unlessStored: skipStored && before.has(root.name) ? primaryKey : undefined };
}

/** @throws TidemarkError PRIMARY_KEY_REQUIRED */
function merge(resource: ResourceLoad, tree: TableTree): Merge {
  const { primaryKey, mergeKey, dedupSort, stateless } = resource;
  const strategy =
    resource.strategy === undefined || resource.strategy === 'scd2' ? 'delete-insert' : resource.strategy;
  if (strategy !== 'delete-insert' && primaryKey.length === 0) throw primaryKeyRequired(resource);
  const by = orderingColumn(resource, tree.root);
  const sorted = completeColumn(tree.root, dedupSort?.column ?? '') === undefined ? undefined : dedupSort;
  const newest = by && ({ column: by.column, order: by.beyond === '>' ? 'desc' : 'asc' } as const);
  return {
    how: 'merge',
    strategy,
    primaryKey,
    mergeKey,
    winner: sorted ?? newest,
    last: sorted === undefined && (newest !== undefined || strategy === 'upsert'),
    deleting: completeColumn(tree.root, resource.hardDelete ?? ''),
    stale: staleRule(resource, tree, primaryKey),
    newerStay: stateless && primaryKey.length > 0 ? by : undefined,
    batches: batchRule(resource, tree),
  };
}

/** Old never overwrites new, nor comes beside it, also where rows have no key but that of their batch. */
function batchRule(resource: ResourceLoad, { root, before }: TableTree): BatchRule | undefined {
  const { primaryKey, mergeKey, stateless } = resource;
  const by = orderingColumn(resource, root);
  if (!stateless || by === undefined || primaryKey.length > 0 || mergeKey.length === 0) return undefined;
  if (!before.has(root.name)) return undefined;
  return { key: mergeKey, by, covered: coveredBounds(resource, root, by) };
}

/** What the load covers, by the column; undefined where that can't be told. */
function coveredBounds(
  resource: ResourceLoad,
  root: TableSchema,
  { column }: OrderingColumn,
): readonly Bound[] | undefined {
  try {
    const bounds = sliceBounds(resource, root);
    return bounds.every((bound) => bound.column === column) ? bounds : undefined;
  } catch (error) {
    if (isTidemarkError(error, 'REPLACE_REFUSED')) return undefined;
    throw error;
  }
}

/** Old never overwrites new: only a load that doesn't go on from a cursor brings rows that are older than stored ones. */
function staleRule(
  resource: ResourceLoad,
  { root, before }: TableTree,
  key: readonly string[],
): StaleRule | undefined {
  const by = orderingColumn(resource, root);
  if (!resource.stateless || by === undefined || key.length === 0 || !before.has(root.name)) return undefined;
  return { key, by };
}

/** The cursor by which stored and staged rows can be ordered: the first that is one column and not a custom function. */
function orderingColumn({ cursors }: ResourceLoad, root: TableSchema): OrderingColumn | undefined {
  const cursor = cursors.find((one) => one.column !== undefined && one.lastValueFunc !== 'custom');
  if (cursor?.column === undefined || completeColumn(root, cursor.column) === undefined) return undefined;
  return { column: cursor.column, beyond: cursor.lastValueFunc === 'min' ? '<' : '>' };
}

function primaryKeyRequired({ resource, strategy }: ResourceLoad): TidemarkError {
  return new TidemarkError(
    'PRIMARY_KEY_REQUIRED',
    `The merge strategy "${strategy}" of resource "${resource}" needs a primary key; declare \`primaryKey\`, or use "delete-insert".`,
    { details: { resource, strategy } },
  );
}

/** The tree of a root table, with those tables that the database has after the schema was applied. */
function treeOf({ basis, schema }: Planning, root: TableSchema): TableTree {
  const tables = [root, ...descendantsOf(schema, root.name)].filter(
    (table) => basis.tables.has(table.name) || isMade(table),
  );
  const before = tables.filter(({ name }) => basis.tables.has(name)).map(({ name }) => name);
  return { root, tables, before: new Set(before) };
}

/** Whether applying the schema makes the table. */
function isMade(table: TableSchema): boolean {
  return hasSeenData(table) && completeColumns(table).length > 0;
}
