import { ApiError } from './api-error';
import { ConflictError, retried } from './database';
import type { TableReference } from './rest-types';
import { runDdl } from './run-ddl';
import type { Session } from './session';
import type { Statement } from './sql/ast';
import { type Dml, dmlOf } from './sql/dml';
import { resultColumns, statementQuery } from './sql/query';
import type { Relation } from './sql/typed';
import { NOTHING, type StatementResult } from './statement-result';
import { conflict } from './transactions';

/** Statements that do something to tables. */
export type Work = Extract<
  Statement,
  {
    kind:
      | 'query'
      | 'insert'
      | 'update'
      | 'delete'
      | 'merge'
      | 'truncate'
      | 'createTable'
      | 'alterTable'
      | 'dropTable';
  }
>;

/** Runs one statement, and counts what it reads. @throws ApiError */
export async function runStatement(session: Session, statement: Work): Promise<StatementResult> {
  switch (statement.kind) {
    case 'query':
      return runQuery(session, statement);
    case 'createTable':
    case 'alterTable':
    case 'dropTable':
      return runDdl(session, statement);
    default:
      return runDml(session, statement);
  }
}

/** What a statement would read and answer; nothing is run. */
export function planStatement(session: Session, statement: Work): StatementResult {
  const { env, read } = session.environment();
  switch (statement.kind) {
    case 'query': {
      const columns = resultColumns(statementQuery(env, statement.query, statement.at));
      return {
        ...NOTHING,
        type: 'SELECT',
        columns,
        ...session.bill(read),
        referenced: references(session, read),
      };
    }
    case 'createTable':
    case 'alterTable':
    case 'dropTable':
      return { ...NOTHING, type: DDL_TYPES[statement.kind] };
    default: {
      const { type } = dmlOf(env, statement);
      return { ...NOTHING, type, ...session.bill(read), referenced: references(session, read) };
    }
  }
}

const DDL_TYPES = {
  createTable: 'CREATE_TABLE',
  alterTable: 'ALTER_TABLE',
  dropTable: 'DROP_TABLE',
} as const;

const references = (session: Session, read: ReadonlySet<Relation>): readonly TableReference[] => {
  const keys = new Map([...read].map((relation) => [relation.key, relation]));
  return [...keys.values()].flatMap((relation) => {
    const table = session.tableOf(relation);
    const { projectId } = session.database.catalog;
    return table === undefined ? [] : [{ projectId, datasetId: table.dataset, tableId: table.name }];
  });
};

async function runQuery(
  session: Session,
  { query, at }: Extract<Statement, { kind: 'query' }>,
): Promise<StatementResult> {
  const { env, binds, read } = session.environment();
  const selected = statementQuery(env, query, at);
  const cost = session.bill(read);
  refuseTooMuch(session, cost.billed);
  const rows = await session.rows(selected.sql, binds);
  const columns = resultColumns(selected);
  return {
    type: 'SELECT',
    columns,
    rows,
    affected: undefined,
    ...cost,
    referenced: references(session, read),
  };
}

/** @throws ApiError bytesBilledLimitExceeded */
function refuseTooMuch({ options, totals }: Session, billed: number): void {
  const { maximumBytesBilled } = options;
  if (maximumBytesBilled !== undefined && totals.billed + billed > maximumBytesBilled)
    throw new ApiError(
      'bytesBilledLimitExceeded',
      `Query exceeded limit for bytes billed: ${maximumBytesBilled}. ${totals.billed + billed} or higher required.`,
    );
}

async function runDml(
  session: Session,
  statement: Extract<Work, { kind: 'insert' | 'update' | 'delete' | 'merge' | 'truncate' }>,
): Promise<StatementResult> {
  const { env, binds, read } = session.environment();
  const dml = dmlOf(env, statement);
  const { processed, billed } = session.bill(read);
  refuseTooMuch(session, billed);
  const affected = await changing(session, dml, async () => {
    if (dml.check !== undefined && (await session.rows(dml.check, binds)).length > 0)
      throw new ApiError(
        'invalidQuery',
        'UPDATE/MERGE must match at most one source row for each target row',
      );
    return session.run(dml.sql, binds);
  });
  count(session, dml, affected);
  return {
    ...NOTHING,
    type: dml.type,
    affected,
    processed,
    billed,
    referenced: references(session, read),
  };
}

/** Runs a change as transactions allow it. */
async function changing(
  session: Session,
  { target, type }: Dml,
  work: () => Promise<number>,
): Promise<number> {
  const { database, transaction, options } = session;
  const { key, shown } = target;
  if (key === undefined || shown === undefined) return work();
  if (transaction !== undefined) {
    if (type === 'INSERT') database.transactions.insert(transaction, key, shown);
    else database.transactions.mutate(transaction, key, shown);
    try {
      return await work();
    } catch (error) {
      throw error instanceof ConflictError ? conflict(transaction, shown) : error;
    }
  }
  const alone = (): Promise<number> => retried(work);
  return type === 'INSERT' ? alone() : database.transactions.alone(key, alone, options.stopped);
}

/** Keeps the estimates of how many rows there are. */
function count(session: Session, { target, type }: Dml, affected: number): void {
  const table = session.tableOf(target);
  if (table === undefined || type === 'UPDATE') return;
  // what a MERGE inserts and deletes isn't told apart: few rows go that way
  const by = type === 'INSERT' || type === 'MERGE' ? affected : -affected;
  if (session.transaction === undefined) table.rows += by;
  else session.added.set(table, (session.added.get(table) ?? 0) + by);
}
