import { ApiError, invalidQuery } from './api-error';
import { ConflictError } from './database';
import { runStatement, type Work } from './run-statement';
import type { Session } from './session';
import type { Expression, Statement } from './sql/ast';
import { castSql, coerced } from './sql/cast';
import { constantOf } from './sql/constant';
import { analyze } from './sql/expression';
import { placeOf } from './sql/lexer';
import { failure, Scope } from './sql/scope';
import type { Typed } from './sql/typed';
import { type SqlType, scalar, text, typeText } from './sql/types';
import type { StatementResult } from './statement-result';
import { conflict } from './transactions';

interface ScriptWatch {
  /** Before a statement of the text, which may have to wait. */
  before(sql: string): Promise<void>;
  /** After a statement that does something to tables. */
  after(result: StatementResult): void;
}

/** An error of a statement within a script has been told where. */
class PlacedError extends ApiError {}

/** Runs the statements of a script. @throws ApiError which says where it failed, after a roll back */
export async function runStatements(
  session: Session,
  statements: readonly Statement[],
  watch: ScriptWatch,
): Promise<void> {
  for (const [index, statement] of statements.entries()) {
    const { sql } = session.options;
    session.options.stopped.throwIfAborted();
    const next = statements[index + 1];
    await watch.before(sql.slice(statement.at, next?.at ?? sql.length));
    try {
      await run(session, statement, watch);
    } catch (error) {
      throw placed(error, placeOf(sql, statement.at));
    }
  }
}

function placed(error: unknown, place: string): unknown {
  if (!(error instanceof ApiError) || error instanceof PlacedError || error.reason !== 'invalidQuery')
    return error;
  const { message } = error;
  return new PlacedError(
    error.reason,
    `Query error: ${/ at \[\d+:\d+\]$/.test(message) ? message : `${message} at ${place}`}`,
  );
}

async function run(session: Session, statement: Statement, watch: ScriptWatch): Promise<void> {
  switch (statement.kind) {
    case 'declare':
      return declare(session, statement);
    case 'set':
      return set(session, statement);
    case 'if':
      for (const { when, statements } of statement.branches)
        if (await isTrue(session, when)) return runStatements(session, statements, watch);
      return runStatements(session, statement.otherwise, watch);
    case 'raise': {
      const { sql } = await evaluate(session, statement.message, scalar('STRING'));
      const [row] = await session.rows(`SELECT ${sql}`);
      throw new ApiError('invalidQuery', String(row?.[0]));
    }
    case 'block':
      return block(session, statement, watch);
    case 'begin':
      return begin(session);
    case 'commit':
      return commit(session);
    case 'rollback':
      return rollback(session);
    default:
      return work(session, statement, watch);
  }
}

async function work(session: Session, statement: Work, watch: ScriptWatch): Promise<void> {
  const start = performance.now();
  const result = await runStatement(session, statement);
  session.rowCount = result.affected;
  session.totals.processed += result.processed;
  session.totals.billed += result.billed;
  session.totals.slotMs += Math.ceil(performance.now() - start);
  watch.after(result);
}

async function declare(
  session: Session,
  { names, type, value, at }: Extract<Statement, { kind: 'declare' }>,
): Promise<void> {
  const wanted = type === undefined ? undefined : scalar(type);
  const none: Expression = { kind: 'literal', type: 'NULL', text: '', at };
  const first = await evaluate(session, value ?? none, wanted);
  for (const name of names) {
    if (session.variables.has(name.toLowerCase()))
      throw invalidQuery(`Variable '${name}' redeclared`, placeOf(session.options.sql, at));
    session.variables.set(name.toLowerCase(), first);
  }
}

async function set(
  session: Session,
  { name, value, at }: Extract<Statement, { kind: 'set' }>,
): Promise<void> {
  const known = session.variables.get(name.toLowerCase());
  if (known === undefined)
    throw invalidQuery(`Undeclared variable: ${name}`, placeOf(session.options.sql, at));
  session.variables.set(name.toLowerCase(), await evaluate(session, value, known.type));
}

async function isTrue(session: Session, expression: Expression): Promise<boolean> {
  const { sql, text: known } = await evaluate(session, expression, scalar('BOOL'));
  if (known !== undefined) return known === 'true';
  const [row] = await session.rows(`SELECT ${sql}`);
  return row?.[0] === true;
}

/** The value of an expression, as a constant: whole numbers and truths without asking DuckDB. */
async function evaluate(
  session: Session,
  expression: Expression,
  wanted: SqlType | undefined,
): Promise<Typed> {
  const { env, binds, read } = session.environment();
  const scope = new Scope(env, undefined, new Map());
  const value = analyze(scope, expression);
  const type = wanted ?? value.type;
  const sql = coerced(value, type);
  if (sql === undefined)
    throw failure(
      env,
      `Cannot coerce expression to type ${typeText(type)}: it has type ${typeText(value.type)}`,
      expression.at,
    );
  const folded = constantOf(scope, expression);
  if (folded !== undefined && type.name === value.type.name) return literal(type, String(folded));
  const shown = type.name === 'STRING' ? sql : castSql({ sql, type }, scalar('STRING'));
  if (shown === undefined)
    throw failure(env, `The fake has no variables of type ${typeText(type)}`, expression.at);
  const cost = session.bill(read);
  session.totals.processed += cost.processed;
  session.totals.billed += cost.billed;
  const rows = await session.rows(`SELECT ${shown}`, binds);
  const [[result] = []] = rows;
  if (result === null || result === undefined)
    return { sql: castSql({ sql: '', type, constant: 'null' }, type)!, type };
  return literal(type, String(result));
}

function literal(type: SqlType, value: string): Typed {
  if (type.name === 'INT64') return { sql: `CAST(${value} AS BIGINT)`, type, text: value };
  if (type.name === 'BOOL') return { sql: value, type, text: value };
  if (value.includes('\0')) throw new ApiError('invalidQuery', 'The fake has no variables with U+0000');
  return { sql: castSql({ sql: text(value), type: scalar('STRING') }, type)!, type };
}

async function block(
  session: Session,
  { statements, handler }: Extract<Statement, { kind: 'block' }>,
  watch: ScriptWatch,
): Promise<void> {
  const before = new Set(session.variables.keys());
  const leave = (): void => {
    for (const name of [...session.variables.keys()]) if (!before.has(name)) session.variables.delete(name);
  };
  try {
    await runStatements(session, statements, watch);
    leave();
  } catch (error) {
    leave();
    if (handler === undefined || !(error instanceof ApiError) || error.reason === 'stopped') throw error;
    session.error = error.message;
    await runStatements(session, handler, watch);
  }
}

async function begin(session: Session): Promise<void> {
  if (session.transaction !== undefined)
    throw new ApiError(
      'invalidQuery',
      'Transaction is already in progress; nested transactions are not supported',
    );
  const transaction = session.database.transactions.begin();
  // DuckDB's snapshot is that of the first table that is read
  await session.run('BEGIN TRANSACTION; SELECT text FROM main.gs_catalog LIMIT 0');
  session.transaction = transaction;
  session.transactionId = transaction.id;
  session.temporaryBefore = new Map(session.temporary);
}

async function commit(session: Session): Promise<void> {
  const { transaction } = session;
  if (transaction === undefined)
    throw new ApiError('invalidQuery', 'Cannot commit without active transaction');
  try {
    await session.run('COMMIT');
  } catch (error) {
    // one of its tables was altered meanwhile
    const [shown = 'unknown'] = transaction.writes.values();
    throw error instanceof ConflictError ? conflict(transaction, shown) : error;
  }
  session.database.transactions.commit(transaction);
  session.transaction = undefined;
  for (const [table, by] of session.added) table.rows += by;
  session.added.clear();
}

async function rollback(session: Session): Promise<void> {
  const { transaction } = session;
  if (transaction === undefined)
    throw new ApiError('invalidQuery', 'Cannot rollback without active transaction');
  await session.run('ROLLBACK');
  session.database.transactions.rollback(transaction);
  session.transaction = undefined;
  session.added.clear();
  session.restoreTemporary();
}
