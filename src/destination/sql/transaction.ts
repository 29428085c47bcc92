import { boundDialect, type SqlConnection, type SqlParam } from './driver';

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
export async function inTransaction<T>(
  connection: SqlConnection,
  mode: 'read' | 'write',
  work: (session: SqlSession) => Promise<T>,
): Promise<T> {
  await connection.begin(mode);
  let done: T;
  try {
    done = await work(sessionOf(connection));
    if (mode === 'write') await connection.commit();
  } catch (error) {
    // What made it fail matters; a transaction that is beyond rolling back is gone anyway.
    await connection.rollback().catch(() => undefined);
    throw error;
  }
  // What was read was read; a transaction that failed is gone with its connection.
  if (mode === 'read') await connection.rollback().catch(() => undefined);
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
