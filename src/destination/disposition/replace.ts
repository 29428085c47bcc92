import { LEDGER_TABLE } from '../../ledger';
import { LOAD_ID, ROW_ID } from '../../schema';
import { appendAll, type CommitContext, type TableTree, type TableWork } from '../commit-context';
import type { ResourceLoad } from '../types';
import { deleteAll, deleteTrees } from './delete-trees';

/** Replaces what a resource stored in a tree: everything, or its own rows where other resources feed the table too. */
export function replaceWork(
  context: CommitContext,
  resource: ResourceLoad,
  tree: TableTree,
  shared: boolean,
): TableWork {
  return {
    async remove() {
      if (!context.before.has(tree.root.name)) return;
      if (!shared) return deleteAll(context, tree);
      const { dialect } = context.session;
      await deleteTrees(
        context,
        tree,
        `SELECT t.${dialect.quote(ROW_ID)} FROM ${dialect.table(tree.root.name)} t WHERE ${ownRows(context, resource, tree)}`,
      );
    },
    async insert() {
      if (context.takeRows(tree.root.name)) await appendAll(context, tree);
    },
  };
}

/**
 * SQL that is true for rows `t` of a shared root table that this resource loaded. The ledger tells by their load; rows
 * of loads that it doesn't know, as dlt's own, belong to the resource that the schema names.
 */
export function ownRows(context: CommitContext, resource: ResourceLoad, tree: TableTree): string {
  const { dialect } = context.session;
  const ledger = dialect.table(LEDGER_TABLE);
  const load = `t.${dialect.quote(LOAD_ID)}`;
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const own = `${load} IN (SELECT load_id FROM ${ledger} WHERE source = ${text(context.schema.name)} AND resource = ${text(resource.resource)})`;
  if (tree.root.resource !== resource.resource) return own;
  return `(${own} OR ${load} NOT IN (SELECT load_id FROM ${ledger} WHERE load_id IS NOT NULL))`;
}
