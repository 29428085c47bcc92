import { ApiError, invalidQuery } from './api-error';
import type { StoredTable } from './catalog';
import { runSql } from './database';
import { checkColumnName } from './fields';
import type { TableReference } from './rest-types';
import type { Session } from './session';
import type { AlterAction, CreateTable, Statement } from './sql/ast';
import { castSql } from './sql/cast';
import { fitted } from './sql/dml';
import { placeOf } from './sql/lexer';
import { isUnnamed, type QuerySql, resultColumns, statementQuery } from './sql/query';
import { columnOf } from './sql/scope';
import { type Column, quoted } from './sql/types';
import { NOTHING, type StatementResult } from './statement-result';
import {
  addColumns,
  createTable,
  dropColumn,
  dropRequired,
  dropTable,
  duckColumn,
  setColumnType,
  setResource,
} from './table-changes';
import { resourceOf, withOptions } from './table-options';

type DdlStatement = Extract<Statement, { kind: 'createTable' | 'alterTable' | 'dropTable' }>;

/** @throws ApiError invalidQuery, also within a transaction for a table that isn't temporary */
export async function runDdl(session: Session, statement: DdlStatement): Promise<StatementResult> {
  if (statement.kind === 'createTable' && statement.temporary) return createTemporary(session, statement);
  const [name = ''] = statement.table.names;
  const isTemporary = statement.table.names.length === 1 && session.temporary.has(name);
  if (isTemporary && statement.kind === 'dropTable') {
    await session.run(`DROP TABLE ${session.temporary.get(name)!.sql}`);
    session.temporary.delete(name);
    return { ...NOTHING, type: 'DROP_TABLE' };
  }
  if (isTemporary)
    throw invalidQuery('The fake alters no temporary tables', placeOf(session.options.sql, statement.at));
  if (session.transaction !== undefined)
    throw invalidQuery(
      'DDL statements other than those that create or drop temporary tables are not supported in a transaction',
      placeOf(session.options.sql, statement.at),
    );
  switch (statement.kind) {
    case 'createTable':
      return create(session, statement);
    case 'alterTable':
      return alter(session, statement);
    case 'dropTable':
      return drop(session, statement);
  }
}

async function createTemporary(session: Session, statement: CreateTable): Promise<StatementResult> {
  const { table, query, at, columns, ifNotExists, replace } = statement;
  const [name, ...more] = table.names;
  const place = placeOf(session.options.sql, at);
  if (name === undefined || more.length > 0)
    throw invalidQuery('A temporary table has no dataset in its name', place);
  if (session.temporary.has(name)) {
    if (ifNotExists) return { ...NOTHING, type: 'CREATE_TABLE' };
    if (!replace) throw invalidQuery(`Already Exists: Table ${name}`, place);
    await session.run(`DROP TABLE ${session.temporary.get(name)!.sql}`);
  }
  if (query !== undefined && columns !== undefined)
    throw invalidQuery('The fake makes a table either of columns or of a query', place);
  const sql = `temp.main.${quoted(`${name} ${session.temporary.size} ${at}`)}`;
  if (query === undefined) {
    await session.run(`CREATE TEMP TABLE ${sql} (${columns!.map(duckColumn).join(', ')})`);
    session.temporary.set(name, { sql, columns: columns! });
    return { ...NOTHING, type: 'CREATE_TABLE' };
  }
  const { env, binds, read } = session.environment();
  const selected = statementQuery(env, query, at);
  const cost = session.bill(read);
  await session.run(`CREATE TEMP TABLE ${sql} AS ${selected.sql}`, binds);
  session.temporary.set(name, { sql, columns: plain(selected) });
  return { ...NOTHING, type: 'CREATE_TABLE_AS_SELECT', ...cost };
}

/** @throws ApiError for a column without a name */
function plain(selected: QuerySql): readonly Column[] {
  const place = selected.columns.findIndex(isUnnamed);
  if (place >= 0)
    throw invalidQuery(`CREATE TABLE columns must be named, but column ${place + 1} has no name`);
  return resultColumns(selected);
}

function referenceOf(
  session: Session,
  { dataset, name }: Pick<StoredTable, 'dataset' | 'name'>,
): TableReference {
  return { projectId: session.database.catalog.projectId, datasetId: dataset, tableId: name };
}

async function create(session: Session, statement: CreateTable): Promise<StatementResult> {
  const { table, query, at, ifNotExists, replace } = statement;
  const { database } = session;
  const { location } = session.options;
  const { dataset, table: name } = session.place(table.names, table.at);
  const target = referenceOf(session, { dataset, name });
  const type = query === undefined ? 'CREATE_TABLE' : 'CREATE_TABLE_AS_SELECT';
  const found = database.catalog.findTable(dataset, name, location);
  if (found !== undefined && ifNotExists) return { ...NOTHING, type, ddl: { operation: 'SKIP', target } };
  const { env, binds, read } = session.environment();
  const selected = query === undefined ? undefined : statementQuery(env, query, at);
  const columns = columnsOf(statement, selected, placeOf(session.options.sql, at));
  const resource = resourceOf(statement, columns);
  const cost = session.bill(read);
  if (found !== undefined && replace) await dropTable(database, found);
  await createTable(
    database,
    { dataset, name, columns, resource },
    selected &&
      ((connection, duckName) =>
        runSql(connection, `INSERT INTO main.${quoted(duckName)} ${selected.sql}`, binds)),
  );
  return {
    ...NOTHING,
    type,
    ...cost,
    ddl: { operation: found === undefined ? 'CREATE' : 'REPLACE', target },
  };
}

/** Columns that are listed take those of the query by their places. */
function columnsOf(
  { columns }: CreateTable,
  selected: QuerySql | undefined,
  place: ReturnType<typeof placeOf>,
): readonly Column[] {
  if (columns === undefined) return plain(selected!);
  if (selected === undefined) return checked(columns);
  const same = ({ type }: Column, at: number): boolean =>
    JSON.stringify(type) === JSON.stringify(selected.columns[at]?.type);
  if (columns.length !== selected.columns.length || !columns.every(same))
    throw invalidQuery('The columns of CREATE TABLE are not those of its query', place);
  return checked(columns);
}

function checked(columns: readonly Column[]): readonly Column[] {
  const seen = new Set<string>();
  for (const { name } of columns) {
    checkColumnName(name);
    if (seen.has(name.toLowerCase())) throw invalidQuery(`Duplicate column name ${name} in CREATE TABLE`);
    seen.add(name.toLowerCase());
  }
  return columns;
}

async function alter(
  session: Session,
  statement: Extract<Statement, { kind: 'alterTable' }>,
): Promise<StatementResult> {
  const { catalog } = session.database;
  const { dataset, table: name } = session.place(statement.table.names, statement.table.at);
  const target = referenceOf(session, { dataset, name });
  const found = catalog.findTable(dataset, name, session.options.location);
  if (found === undefined && statement.ifExists)
    return { ...NOTHING, type: 'ALTER_TABLE', ddl: { operation: 'SKIP', target } };
  const table = catalog.table(dataset, name, session.options.location);
  const kinds = new Set(statement.actions.map(({ kind }) => kind));
  if (kinds.size > 1)
    throw invalidQuery(
      'The fake does one kind of ALTER TABLE action in a statement',
      placeOf(session.options.sql, statement.at),
    );
  for (const action of statement.actions) if (action.kind !== 'addColumn') await act(session, table, action);
  if (kinds.has('addColumn'))
    await addColumns(session.database, table, () =>
      lacking(table, statement.actions, placeOf(session.options.sql, statement.at)),
    );
  return { ...NOTHING, type: 'ALTER_TABLE', ddl: { operation: 'ALTER', target } };
}

/** @throws ApiError invalidQuery for a column that is there */
function lacking(table: StoredTable, actions: readonly AlterAction[], place: string): readonly Column[] {
  const added: Column[] = [];
  for (const action of actions) {
    if (action.kind !== 'addColumn') continue;
    const { column, ifNotExists } = action;
    if (columnOf([...table.columns, ...added], column.name) === undefined) {
      checkColumnName(column.name);
      added.push(column);
    } else if (!ifNotExists) throw invalidQuery(`Column already exists: ${column.name}`, place);
  }
  return added;
}

async function act(
  session: Session,
  table: StoredTable,
  action: Exclude<AlterAction, { kind: 'addColumn' }>,
): Promise<void> {
  const { database } = session;
  if (action.kind === 'setOptions')
    return setResource(database, table, withOptions(table.resource, action.options));
  const column = columnOf(table.columns, action.name);
  if (column === undefined) {
    if (action.kind === 'dropColumn' && action.ifExists) return;
    throw new ApiError('invalidQuery', `Column not found: ${action.name}`);
  }
  if (action.kind === 'dropColumn') return dropColumn(database, table, column);
  if (action.kind === 'dropNotNull') return dropRequired(database, table, column);
  const to: Column = {
    ...column,
    precision: undefined,
    scale: undefined,
    maxLength: undefined,
    ...action.to,
  };
  const using = castSql({ sql: quoted(column.name), type: column.type }, to.type) ?? quoted(column.name);
  await setColumnType(database, table, { from: column, to, using: fitted(using, to) });
}

async function drop(
  session: Session,
  statement: Extract<Statement, { kind: 'dropTable' }>,
): Promise<StatementResult> {
  const { catalog } = session.database;
  const { dataset, table: name } = session.place(statement.table.names, statement.table.at);
  const target = referenceOf(session, { dataset, name });
  const found = catalog.findTable(dataset, name, session.options.location);
  if (found === undefined && statement.ifExists)
    return { ...NOTHING, type: 'DROP_TABLE', ddl: { operation: 'SKIP', target } };
  await dropTable(session.database, catalog.table(dataset, name, session.options.location));
  return { ...NOTHING, type: 'DROP_TABLE', ddl: { operation: 'DROP', target } };
}
