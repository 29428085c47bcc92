import { failpoint } from '../failpoint';
import { boundDialect, type EarlyStaging, type SqlConnection, type SqlParam } from './driver';

/** A connection at work, mostly within a transaction. */
export interface SqlSession
  extends Pick<
    SqlConnection,
    'dialect' | 'rows' | 'run' | 'introspect' | 'createDataset' | 'bulkAppend' | 'index'
  > {
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
  return {
    dialect,
    rows: (sql, params) => connection.rows(sql, params),
    run: (sql, params) => connection.run(sql, params),
    introspect: () => connection.introspect(),
    createDataset: () => connection.createDataset(),
    bulkAppend: (target, chunks) => connection.bulkAppend(target, chunks),
    index: async (lookups) => connection.index?.(lookups),
    async stage(purpose, query, params) {
      staged += 1;
      const name = `tidemark_${purpose}_${staged}`;
      await connection.run(dialect.createTemporary(name, query), params);
      return name;
    },
  };
}
