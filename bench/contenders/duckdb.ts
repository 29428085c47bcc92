// DuckDB without a loader: its own JSON reader with every type known beforehand, ids and links drawn in SQL. The limit.
import path from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { DATABASE, DATASET, type LoadTask, pageFile, pageNumbers } from '../task';
import { EVENTS, FLAT, type Table } from './duckdb-tables';
import { contend, taskOf } from './report';

const task = taskOf<LoadTask>();
const shape = task.shape === 'events' ? EVENTS : FLAT;
const root = shape.tables[0]!;

/** Files that are staged together: memory stays bounded, and each statement has enough to do for two threads. */
const FILES_A_BATCH = 50;
/** 12 characters, which DuckDB keeps inline. */
const NEW_ID = 'left(uuid()::VARCHAR, 12)';

/** Reads files into one temporary table a table, with ids and links. */
async function stage(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  const types = Object.entries(shape.columns)
    .map(([name, type]) => `"${name}": '${type}'`)
    .join(', ');
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  for (const { name, columns, lists = {}, from } of shape.tables) {
    const rows =
      from === undefined
        ? `read_json([${list}], format = 'array', columns = {${types}})`
        : `(SELECT _dlt_id AS _dlt_parent_id, unnest(${from.list}) AS item, generate_subscripts(${from.list}, 1) - 1 AS _dlt_list_idx FROM staged_${from.parent})`;
    const links = from === undefined ? ["'0' AS _dlt_load_id"] : ['_dlt_parent_id', '_dlt_list_idx'];
    const fields = Object.entries({ ...columns, ...lists }).map(([to, read]) => `${read} AS "${to}"`);
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE staged_${name} AS SELECT ${[...fields, ...links, `${NEW_ID} AS _dlt_id`].join(', ')} FROM ${rows}`,
    );
  }
}

/** The staged rows of a table in its own columns. */
function stagedRows({ name, lists }: Table): string {
  const excluded = Object.keys(lists ?? {});
  return `SELECT *${excluded.length === 0 ? '' : ` EXCLUDE (${excluded.join(', ')})`} FROM staged_${name}`;
}

/** Deletes the stored rows whose key comes again, with what hangs from them. */
async function removeKeys(connection: DuckDBConnection): Promise<void> {
  let doomed = `SELECT _dlt_id FROM ${DATASET}.${root.name} WHERE id IN (SELECT id FROM staged_${root.name})`;
  const steps: string[] = [];
  for (const { name, from } of shape.tables) {
    const link = from === undefined ? '_dlt_id' : '_dlt_parent_id';
    await connection.run(
      from === undefined
        ? `CREATE OR REPLACE TEMP TABLE doomed_${name} AS ${doomed}`
        : `CREATE OR REPLACE TEMP TABLE doomed_${name} AS SELECT _dlt_id FROM ${DATASET}.${name} WHERE _dlt_parent_id IN (${doomed})`,
    );
    steps.push(
      `DELETE FROM ${DATASET}.${name} WHERE ${link} IN (${from === undefined ? `FROM doomed_${name}` : doomed})`,
    );
    doomed = `SELECT _dlt_id FROM doomed_${name}`;
  }
  for (const step of steps.reverse()) await connection.run(step);
}

contend(async () => {
  const instance = await DuckDBInstance.create(path.join(task.folder, DATABASE));
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run('BEGIN');
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${DATASET}`);
  const files = pageNumbers(task.pages).map((page) => pageFile(task.pages, page));
  for (let at = 0; at < files.length; at += FILES_A_BATCH) {
    await stage(connection, files.slice(at, at + FILES_A_BATCH));
    for (const table of shape.tables)
      await connection.run(
        `CREATE TABLE IF NOT EXISTS ${DATASET}.${table.name} AS ${stagedRows(table)} LIMIT 0`,
      );
    if (task.disposition === 'merge') await removeKeys(connection);
    for (const table of shape.tables)
      await connection.run(`INSERT INTO ${DATASET}.${table.name} ${stagedRows(table)}`);
  }
  await connection.run('COMMIT');
  connection.closeSync();
  instance.closeSync();
  return undefined;
});
