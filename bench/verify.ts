import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { PageContent } from './pages';
import { DATABASE, DATASET } from './task';

/** Compares what a contender loaded with what the pages hold: rows of every table, and the sum of a column of the root. */
export async function verify(folder: string, expected: PageContent, summed: string): Promise<void> {
  const instance = await DuckDBInstance.create(path.join(folder, DATABASE), { access_mode: 'READ_ONLY' });
  try {
    const connection = await instance.connect();
    const ask = async (sql: string): Promise<number> =>
      Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
    const [root] = Object.keys(expected.tables);
    for (const [table, rows] of Object.entries(expected.tables)) {
      const found = await ask(`SELECT count(*)::DOUBLE FROM ${DATASET}.${table}`);
      if (found !== rows) throw new Error(`${table} has ${found} rows, not ${rows}.`);
    }
    const sum = await ask(`SELECT sum(${summed})::DOUBLE FROM ${DATASET}.${root}`);
    if (sum !== expected.sum) throw new Error(`The sum of ${root}.${summed} is ${sum}, not ${expected.sum}.`);
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}
