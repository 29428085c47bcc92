import { LOAD_ID } from '../../schema';
import type { DataReader } from '../commit';
import type { SqlSession } from './transaction';

/** Integers beyond this lie between the values that a double has. */
const EXACT_IN_DOUBLE = 2 ** 53;

/** Asks the data tables by SQL. */
export function dataReader({ rows, dialect }: SqlSession): DataReader {
  const { quote, table: qualified } = dialect;
  return {
    async holdsBeyondDouble(table, column) {
      const value = quote(column);
      const found = await rows(
        `SELECT 1 FROM ${qualified(table)} WHERE ${value} > ${EXACT_IN_DOUBLE} OR ${value} < -${EXACT_IN_DOUBLE} LIMIT 1`,
      );
      return found.length > 0;
    },

    async loadsIn(table, from) {
      const column = quote(LOAD_ID);
      const found = await rows(
        `SELECT DISTINCT ${column} AS load FROM ${qualified(table)} WHERE ${column} >= ? ORDER BY 1`,
        [from],
      );
      return found.map(({ load }) => String(load));
    },

    async greatestOf(loadId, table, column) {
      const value = quote(column);
      // a column's own value, where that of an aggregate has another type in some databases
      const [found] = await rows(
        `SELECT ${value} AS greatest FROM ${qualified(table)} WHERE ${quote(LOAD_ID)} = ? AND ${value} IS NOT NULL ORDER BY 1 DESC LIMIT 1`,
        [loadId],
      );
      return found?.['greatest'];
    },
  };
}
