import { type Count, LaterNumber } from '../commit';
import { failpoint } from '../failpoint';
import { type BoundDialect, boundDialect } from './dialect';
import type { EarlyStaging, SqlConnection } from './driver';
import type { Limit, Scripting, SessionParam, SqlParam } from './scripting';

/** A connection at work, mostly within a transaction. */
export interface SqlSession
  extends Pick<
    SqlConnection,
    'rows' | 'introspect' | 'createDataset' | 'bulkAppend' | 'index' | 'indexRecords'
  > {
  readonly dialect: BoundDialect;
  /** @returns how many rows were changed, or will be */
  run(sql: string, params?: readonly SessionParam[]): Promise<Count>;
  /** The number that a query gives, which counts something. */
  number(sql: string, params?: readonly SqlParam[]): Promise<Count>;
  /** Does work where a number isn't 0, or isn't known yet to be 0. @returns what it gives for work that isn't done */
  onlyIf<T>(count: Count, work: () => Promise<readonly T[]>): Promise<readonly T[]>;
  /** Refuses a number that is greater than it may be: at once, or when it is known. */
  atMost(count: Count, limit: Limit): Promise<void>;
  /** There where a transaction is run as one script. */
  readonly scripting: Scripting | undefined;
  /** Makes a temporary table of the rows of a query, which is gone after the transaction. @returns its name without quotes */
  stage(purpose: string, query: string, params?: readonly SqlParam[]): Promise<string>;
}

/**
 * Runs work in a transaction, which is committed when the work is done and leaves nothing behind when it fails. One to `read`
 * is rolled back in any case.
 */
export function inTransaction<T>(
  connection: SqlConnection,
  mode: 'read' | 'write',
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  return transaction(connection, { begin: () => connection.begin(mode), commits: mode === 'write' }, work);
}

/** What is done before the lock of a dataset is taken, and what with it held. */
interface StagedWork<S, T> {
  readonly staging: EarlyStaging;
  readonly stage: (session: SqlSession) => Promise<S>;
  readonly work: (session: SqlSession, staged: S) => Promise<T>;
}

/** The same as a transaction to write whose lock is taken once temporary tables have been filled. */
export function afterStaging<S, T>(
  connection: SqlConnection,
  { staging, stage, work }: StagedWork<S, T>,
): Promise<T> {
  return transaction(connection, { begin: () => staging.begin(), commits: true }, async (session) => {
    const staged = await stage(session);
    failpoint('after-stage');
    await staging.lock();
    return work(session, staged);
  });
}

async function transaction<T>(
  connection: SqlConnection,
  { begin, commits }: { readonly begin: () => Promise<void>; readonly commits: boolean },
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  await begin();
  let done: T;
  try {
    done = await work(sessionOf(connection));
    if (commits) await connection.commit();
  } catch (error) {
    // What made it fail matters; a transaction that is beyond rolling back is gone anyway.
    await connection.rollback().catch(() => undefined);
    throw error;
  }
  // What was read was read; a transaction that failed is gone with its connection.
  if (!commits) await connection.rollback().catch(() => undefined);
  return done;
}

/** Without a transaction every statement is one. */
export function sessionOf(connection: SqlConnection): SqlSession {
  let staged = 0;
  const dialect = boundDialect(connection.dialect);
  const { scripting } = connection;
  const run = async (sql: string, params: readonly SessionParam[] = []): Promise<Count> =>
    scripting === undefined ? connection.run(sql, params.map(plain)) : scripting.run(sql, params);
  return {
    run,
    scripting,
    async number(sql, params) {
      if (scripting !== undefined) return scripting.number(sql, params);
      const [row] = await connection.rows(sql, params);
      return Number(Object.values(row ?? {})[0]);
    },
    async onlyIf(count, work) {
      if (count instanceof LaterNumber) return scripting?.onlyIf(count, work) ?? [];
      return count === 0 ? [] : work();
    },
    async atMost(count, limit) {
      if (count instanceof LaterNumber) scripting?.atMost(count, limit);
      else if (count > limit.most) limit.refuse(count);
    },
    dialect,
    rows: (sql, params) => connection.rows(sql, params),
    introspect: (names) => connection.introspect(names),
    createDataset: () => connection.createDataset(),
    bulkAppend: (target, chunks) => connection.bulkAppend(target, chunks),
    index: async (lookups) => connection.index?.(lookups),
    indexRecords: async () => connection.indexRecords?.(),
    async stage(purpose, query, params) {
      staged += 1;
      const name = `tidemark_${purpose}_${staged}`;
      const sql = dialect.createTemporary(name, query);
      if (scripting === undefined) await connection.run(sql, params);
      else scripting.stage(sql, params);
      return name;
    },
  };
}

/** Outside of a script every number is known. */
function plain(param: SessionParam): SqlParam {
  if (param instanceof LaterNumber) throw new RangeError(`${param.expression} is known to a script alone.`);
  return param;
}
