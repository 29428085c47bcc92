import { completeColumns, PARENT_ID, ROW_ID } from '../../schema';
import { type CountedRows, minus, type TableTree, type Versioning } from '../commit';
import { countRows } from './count-rows';
import { isActive, sameKey } from './keys';
import { dropStale, type MergeDecision } from './merge';
import { STAGED_ROW } from './row-source';
import type { StagedTree } from './stage';
import type { SqlSession } from './transaction';

interface VersionWork {
  readonly tree: TableTree;
  readonly versioning: Versioning;
  readonly staged: StagedTree;
}

/**
 * Active versions that the batch doesn't have end at the boundary, with a merge key only those whose key it has. Versions
 * without an active one are to be written, and begin there.
 */
export async function decideVersions(
  session: SqlSession,
  { tree, versioning, staged }: VersionWork,
): Promise<MergeDecision> {
  const { dialect } = session;
  const { columns, mergeKey, stale: rule } = versioning;
  const { quote } = dialect;
  const boundary = dialect.instant(dialect.literal(versioning.boundary.toString()));
  const version = quote(columns.version);
  const target = dialect.table(tree.root.name);
  const stale = await dropStale(session, { tree, staged, rule, versions: columns });
  const sameGroup =
    mergeKey.length === 0
      ? dialect.boolean(true)
      : `EXISTS (SELECT 1 FROM ${staged.root} _dlt_s WHERE ${sameKey(dialect, mergeKey, '_dlt_s', '_dlt_t')})`;
  await session.run(
    `UPDATE ${target} AS _dlt_t SET ${quote(columns.to)} = ${boundary} WHERE ${isActive(dialect, columns, '_dlt_t')}` +
      ` AND NOT EXISTS (SELECT 1 FROM ${staged.root} _dlt_s WHERE _dlt_s.${version} = _dlt_t.${version}) AND ${sameGroup}`,
  );
  const active = columns.active === null ? 'NULL' : dialect.instant(dialect.literal(columns.active));
  await session.run(
    `UPDATE ${staged.root} SET ${quote(columns.from)} = ${boundary}, ${quote(columns.to)} = ${active} WHERE ${dialect.boolean(true)}`,
  );
  const keep = await session.stage(
    'keep',
    `SELECT min(_dlt_s.${STAGED_ROW}) AS staged_row, _dlt_s.${quote(ROW_ID)} FROM ${staged.root} _dlt_s` +
      ` WHERE NOT EXISTS (SELECT 1 FROM ${target} _dlt_t WHERE _dlt_t.${version} = _dlt_s.${version} AND ${isActive(dialect, columns, '_dlt_t')})` +
      ` GROUP BY _dlt_s.${version}, _dlt_s.${quote(ROW_ID)}`,
  );
  return { keep: quote(keep), updated: 0, counts: stale };
}

/**
 * Writes the versions that are new, with what is below them. A version that returns shares the children that its id has
 * already.
 */
export async function insertVersions(
  session: SqlSession,
  tree: TableTree,
  { staged, keep }: { readonly staged: StagedTree; readonly keep: string },
): Promise<CountedRows[]> {
  const { quote, table: qualified } = session.dialect;
  const id = quote(ROW_ID);
  const statements: { readonly table: string; readonly sql: string }[] = [];
  const keptIds = new Map<string, string>([[tree.root.name, `SELECT ${id} FROM ${keep}`]]);
  for (const table of tree.tables) {
    const name = staged.names.get(table.name);
    if (name === undefined) continue;
    const where =
      table === tree.root
        ? `_dlt_s.${STAGED_ROW} IN (SELECT staged_row FROM ${keep})`
        : [
            `_dlt_s.${quote(PARENT_ID)} IN (${keptIds.get(table.parent!)})`,
            // as a set, since Postgres would read the table anew for each row
            `_dlt_s.${STAGED_ROW} IN (SELECT min(_dlt_o.${STAGED_ROW}) FROM ${name} _dlt_o GROUP BY _dlt_o.${id})`,
            `NOT EXISTS (SELECT 1 FROM ${qualified(table.name)} _dlt_t WHERE _dlt_t.${id} = _dlt_s.${id})`,
          ].join(' AND ');
    if (table !== tree.root)
      keptIds.set(table.name, `SELECT _dlt_s.${id} FROM ${name} _dlt_s WHERE ${where}`);
    const columns = completeColumns(table).map((column) => quote(column.name));
    statements.push({
      table: table.name,
      sql: `INSERT INTO ${qualified(table.name)} (${columns.join(', ')}) SELECT ${columns.map((column) => `_dlt_s.${column}`).join(', ')} FROM ${name} _dlt_s WHERE ${where}`,
    });
  }
  const counts: CountedRows[] = [];
  // from below: a row's parent is one that isn't stored yet
  for (const { table, sql } of statements.reverse()) {
    const rows = await session.run(sql);
    if (table !== tree.root.name) counts.unshift({ table, inserted: rows });
  }
  const inserted = await countRows(session, keep);
  const left = await countRows(session, staged.root);
  return [...counts, { table: tree.root.name, inserted, skipped: minus(left, inserted) }];
}
