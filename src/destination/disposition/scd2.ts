import { ROW_ID } from '../../schema';
import { Timestamp } from '../../value';
import type { CommitContext, TableTree, TableWork } from '../commit-context';
import { countRows } from '../counts';
import type { ResourceLoad } from '../types';
import { sameKey } from './keys';
import { isActive, versionColumns } from './scd2-columns';
import { insertKept, type StagedTree, stageTree } from './stage-tree';
import { dropStale } from './stale';

/**
 * Keeps every version of a row (scd2): active versions that the batch doesn't have end at the boundary, with a merge key
 * only those whose key it has; versions without an active one begin there. A version that returns shares the children
 * that its id has already.
 */
export function scd2Work(context: CommitContext, resource: ResourceLoad, tree: TableTree): TableWork {
  const { session } = context;
  const { dialect } = session;
  const columns = versionColumns(tree.root);
  const boundary = dialect.instant(`'${(resource.boundary ?? new Timestamp(context.at)).toString()}'`);
  const version = dialect.quote(columns.version);
  const target = dialect.table(tree.root.name);
  let staged: StagedTree | undefined;
  let keep = '';
  return {
    async remove() {
      if (!context.takeRows(tree.root.name)) return;
      staged = await stageTree(context, tree);
      if (resource.stateless) await dropStale(context, resource, staged);
      const sameGroup =
        resource.mergeKey.length === 0
          ? 'true'
          : `EXISTS (SELECT 1 FROM ${staged.root} s WHERE ${sameKey(dialect, resource.mergeKey, 's', 't')})`;
      await session.run(
        `UPDATE ${target} AS t SET ${dialect.quote(columns.to)} = ${boundary} WHERE ${isActive(dialect, columns, 't')}` +
          ` AND NOT EXISTS (SELECT 1 FROM ${staged.root} s WHERE s.${version} = t.${version}) AND ${sameGroup}`,
      );
      await session.run(
        `UPDATE ${staged.root} SET ${dialect.quote(columns.from)} = ${boundary}, ${dialect.quote(columns.to)} = ${
          columns.active === null ? 'NULL' : dialect.instant(`'${columns.active.replaceAll("'", "''")}'`)
        }`,
      );
      keep = await session.stage(
        context.temporaryName('keep'),
        `SELECT min(s.${session.stagedRow}) AS staged_row, s.${dialect.quote(ROW_ID)} FROM ${staged.root} s` +
          ` WHERE NOT EXISTS (SELECT 1 FROM ${target} t WHERE t.${version} = s.${version} AND ${isActive(dialect, columns, 't')})` +
          ` GROUP BY s.${version}, s.${dialect.quote(ROW_ID)}`,
      );
    },
    async insert() {
      if (staged === undefined) return;
      const names = staged.names;
      await insertKept(context, staged, keep, (table) => {
        const id = dialect.quote(ROW_ID);
        const first = `s.${session.stagedRow} = (SELECT min(o.${session.stagedRow}) FROM ${names.get(table)} o WHERE o.${id} = s.${id})`;
        return `${first} AND NOT EXISTS (SELECT 1 FROM ${dialect.table(table)} t WHERE t.${id} = s.${id})`;
      });
      const [kept] = await session.rows(`SELECT count(*) AS n FROM ${keep}`);
      const inserted = Number(kept?.n);
      const [left] = await session.rows(`SELECT count(*) AS n FROM ${staged.root}`);
      countRows(context.tally, tree.root.name, { inserted, skipped: Number(left?.n) - inserted });
    },
  };
}
