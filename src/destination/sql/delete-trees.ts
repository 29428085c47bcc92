import { PARENT_ID, ROW_ID, type TableSchema } from '../../schema';
import type { Count, CountedRows, TableTree } from '../commit';
import { countRows } from './count-rows';
import type { SqlParam } from './scripting';
import type { SqlSession } from './transaction';

/** Root rows `_dlt_t` that fulfil a condition, or one of several that take no parameters. */
export interface RootRows {
  readonly where: string | readonly string[];
  readonly params?: readonly SqlParam[] | undefined;
}

/** Empties all tables of a tree. */
export async function deleteAll(session: SqlSession, { tables, before }: TableTree): Promise<CountedRows[]> {
  const counts: CountedRows[] = [];
  for (const { name } of tables) {
    if (!before.has(name)) continue;
    const deleted = await empty(session, session.dialect.table(name));
    counts.push({ table: name, deleted });
  }
  return counts;
}

/** @returns how many rows there were */
async function empty(session: SqlSession, table: string): Promise<Count> {
  const { truncate, boolean } = session.dialect;
  if (truncate === undefined) return session.run(`DELETE FROM ${table} WHERE ${boolean(true)}`);
  const rows = await countRows(session, table);
  await session.run(truncate(table));
  return rows;
}

/**
 * Deletes root rows with everything below them. Descendants are found from parent to child: that holds for rows that
 * have no root id, too.
 */
export async function deleteTrees(
  session: SqlSession,
  tree: TableTree,
  { where, params }: RootRows,
): Promise<readonly CountedRows[]> {
  const { quote, table } = session.dialect;
  // one query each: not every database can look into another table for one condition or the other
  const queries = [where]
    .flat()
    .map((one) => `SELECT _dlt_t.${quote(ROW_ID)} FROM ${table(tree.root.name)} _dlt_t WHERE ${one}`);
  const doomed = quote(await session.stage('doomed', queries.join(' UNION ALL '), params));
  return session.onlyIf(await countRows(session, doomed), async () => {
    const below = await deleteChildren(session, tree, tree.root, doomed);
    return [...below, await deleteRows(session, tree.root, ROW_ID, doomed)];
  });
}

async function deleteChildren(
  session: SqlSession,
  tree: TableTree,
  parent: TableSchema,
  doomed: string,
): Promise<CountedRows[]> {
  const { quote, table: qualified } = session.dialect;
  const counts: CountedRows[] = [];
  for (const child of tree.tables.filter(
    (table) => table.parent === parent.name && tree.before.has(table.name),
  )) {
    if (tree.tables.some((table) => table.parent === child.name)) {
      const below = await session.stage(
        'doomed',
        `SELECT ${quote(ROW_ID)} FROM ${qualified(child.name)} WHERE ${quote(PARENT_ID)} IN (SELECT ${quote(ROW_ID)} FROM ${doomed})`,
      );
      counts.push(...(await deleteChildren(session, tree, child, quote(below))));
    }
    counts.push(await deleteRows(session, child, PARENT_ID, doomed));
  }
  return counts;
}

async function deleteRows(
  { run, dialect: { quote, table: qualified } }: SqlSession,
  { name }: TableSchema,
  column: string,
  doomed: string,
): Promise<CountedRows> {
  const deleted = await run(
    `DELETE FROM ${qualified(name)} WHERE ${quote(column)} IN (SELECT ${quote(ROW_ID)} FROM ${doomed})`,
  );
  return { table: name, deleted };
}
