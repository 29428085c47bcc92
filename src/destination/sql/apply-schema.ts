import { PARENT_ID, ROOT_ID, ROW_ID } from '../../schema';
import type { RootIdFill, SchemaChange } from '../commit';
import type { Dialect } from './dialect';
import type { SqlSession } from './transaction';

/** Makes the changes of the tables, in their order. */
export async function applyChanges(session: SqlSession, changes: readonly SchemaChange[]): Promise<void> {
  if (session.scripting !== undefined) {
    session.scripting.define(changes);
    return;
  }
  for (const change of changes) {
    if (change.change === 'create-dataset') await session.createDataset();
    else await session.run(statementOf(session.dialect, change));
  }
}

/** Makes what every dataset has beside its data: tables for records of loads, and how those are found. */
export async function prepareRecords(session: SqlSession, changes: readonly SchemaChange[]): Promise<void> {
  await applyChanges(session, changes);
  await session.indexRecords?.();
}

/** The statement that makes a change. */
export function statementOf(
  dialect: Dialect,
  change: Exclude<SchemaChange, { readonly change: 'create-dataset' }>,
): string {
  const { quote } = dialect;
  const name = dialect.table(change.table);
  switch (change.change) {
    case 'create-table': {
      if (dialect.createTable !== undefined) return dialect.createTable(change);
      const definitions = change.columns.map((column) => {
        const type = dialect.columnType(column);
        return `${quote(column.name)} ${type}${column.nullable === false ? ' NOT NULL' : ''}${dialect.columnStorage(column)}`;
      });
      return `CREATE TABLE ${name} (${definitions.join(', ')})`;
    }
    case 'add-column':
      // Not even a required column can be NOT NULL here: rows are stored that lack it.
      return `ALTER TABLE ${name} ADD COLUMN ${quote(change.column.name)} ${dialect.columnType(change.column)}`;
    case 'widen-column':
      return `ALTER TABLE ${name} ALTER COLUMN ${quote(change.column)} TYPE ${change.type}`;
  }
}

/** Writes the root's id into rows that were stored before their table had the column. */
export async function fillRootIds(session: SqlSession, fills: readonly RootIdFill[]): Promise<void> {
  const { quote, table: qualified } = session.dialect;
  for (const { table, parent, source } of fills)
    await session.run(
      `UPDATE ${qualified(table)} AS _dlt_child SET ${quote(ROOT_ID)} = _dlt_parent.root` +
        // versions of a row share its id
        ` FROM (SELECT DISTINCT ${quote(ROW_ID)}, ${quote(source)} AS root FROM ${qualified(parent)}) AS _dlt_parent` +
        ` WHERE _dlt_child.${quote(PARENT_ID)} = _dlt_parent.${quote(ROW_ID)} AND _dlt_child.${quote(ROOT_ID)} IS NULL`,
    );
}
