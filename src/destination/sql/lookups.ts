import { completeColumn, PARENT_ID, ROW_ID, type TableSchema } from '../../schema';
import type { RowWrites, TreePlan } from '../commit';
import type { Lookup } from './driver';

/**
 * By which columns the merges of a load find stored rows, and what is below them, and its appends what they don't append again.
 * Other appends look for nothing.
 */
export function lookupsOf({ trees }: RowWrites): readonly Lookup[] {
  return trees.flatMap(lookupsOfTree);
}

function lookupsOfTree({ tree: { root, tables }, insertion }: TreePlan): readonly Lookup[] {
  if (insertion === undefined) return [];
  if (insertion.how === 'append') return lookup(root, insertion.unlessStored ?? []);
  const keys =
    insertion.how === 'merge'
      ? [insertion.primaryKey, insertion.mergeKey]
      : [[insertion.columns.version], insertion.mergeKey];
  const children = tables.filter((table) => table !== root);
  return [
    ...keys.flatMap((key) => lookup(root, key)),
    ...lookup(root, [ROW_ID]),
    ...children.flatMap((table) => lookup(table, [PARENT_ID])),
    ...children
      .filter(({ name }) => insertion.how === 'versions' || tables.some(({ parent }) => parent === name))
      .flatMap((table) => lookup(table, [ROW_ID])),
  ];
}

function lookup(table: TableSchema, names: readonly string[]): readonly Lookup[] {
  const columns = names.flatMap((name) => completeColumn(table, name) ?? []);
  return columns.length === 0 || columns.length < names.length ? [] : [{ table: table.name, columns }];
}
