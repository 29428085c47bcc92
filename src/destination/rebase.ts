import { rebaseLoad, type StagedTables } from '../normalize';
import type { StoredSchema } from '../schema';
import { uniteWithTables } from './snapshot';
import type { ActualTables, SqlSession } from './sql';
import type { LoadPackage } from './types';

/** Integers beyond this lie between the values that a double has. */
const EXACT_IN_DOUBLE = 2 ** 53;

/**
 * The load's schema and rows on the newest stored schema, as if its rows came second. The newest may be the one that
 * the load began with: stored values still have a say in whether a column can be widened.
 */
export async function rebase(
  session: SqlSession,
  load: LoadPackage,
  newest: StoredSchema | undefined,
  actual: ActualTables,
): Promise<{ readonly schema: StoredSchema; readonly staged: StagedTables }> {
  if (newest === undefined) return { schema: load.schema, staged: load.staged };
  const { dialect } = session;
  return rebaseLoad({
    mine: load.schema,
    newest: uniteWithTables(newest, actual, session),
    staged: load.staged,
    async holdsBeyondDouble(table, column) {
      if (actual.get(table)?.some(({ name }) => name === column) !== true) return false;
      const value = dialect.quote(column);
      const found = await session.rows(
        `SELECT 1 FROM ${dialect.table(table)} WHERE ${value} > ${EXACT_IN_DOUBLE} OR ${value} < -${EXACT_IN_DOUBLE} LIMIT 1`,
      );
      return found.length > 0;
    },
  });
}
