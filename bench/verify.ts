import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DatabaseServer } from './database-server';
import type { PageContent } from './pages';
import { DATABASE, DATASET } from './task';

type Ask = (sql: string) => Promise<number>;

/**
 * Compares what a contender loaded with what the pages hold: rows of every table, and the sum of a column of the root.
 *
 * @param place the server, or the folder of the DuckDB file
 */
export async function verify(
  place: DatabaseServer | string,
  expected: PageContent,
  summed: string,
): Promise<void> {
  if (typeof place !== 'string') return compare((sql) => place.ask(sql), expected, summed);
  const instance = await DuckDBInstance.create(path.join(place, DATABASE), { access_mode: 'READ_ONLY' });
  try {
    const connection = await instance.connect();
    const ask: Ask = async (sql) => Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
    await compare(ask, expected, summed);
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

async function compare(ask: Ask, expected: PageContent, summed: string): Promise<void> {
  const [root] = Object.keys(expected.tables);
  for (const [table, rows] of Object.entries(expected.tables)) {
    const found = await ask(`SELECT CAST(count(*) AS double precision) FROM ${DATASET}.${table}`);
    if (found !== rows) throw new Error(`${table} has ${found} rows, not ${rows}.`);
  }
  const sum = await ask(`SELECT CAST(sum(${summed}) AS double precision) FROM ${DATASET}.${root}`);
  if (sum !== expected.sum) throw new Error(`The sum of ${root}.${summed} is ${sum}, not ${expected.sum}.`);
}
