import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Client } from 'pg';
import {
  type CursorLoad,
  type Dataset,
  type Destination,
  duckdb,
  type ResourceLoad,
} from '../../src/destination';
import type { CursorState } from '../../src/incremental';
import { withPrefix } from '../bigquery/destinations';
import { runOutside } from '../bigquery/outside';
import { type BigQueryFake, startBigQuery } from '../emulators/bigquery';
import { inDatabase, stagingEarly } from '../postgres/destinations';
import { type PostgresServer, startPostgres } from '../postgres/server';
import { temporaryFolder as folderOf } from '../temporary-folder';
import { type Sqlite, sqlite } from './sqlite';

export { commit, type Load, packageOf, type Resource, SOURCE } from '../../src/conformance/load-package';

/** A folder that goes after the tests of the file. */
export const temporaryFolder = (): string => folderOf('destination');

let datasets = 0;

/** A destination that the shared tests run against. */
export interface Tested {
  readonly name: string;
  /** Whether commits are done in the order in which they were asked for. */
  readonly keepsOrder: boolean;
  /** What SQL calls a text. @default VARCHAR */
  readonly textType?: string;
  /** Whether a dataset can be copied into it. @default true */
  readonly receives?: boolean;
  /** Columns that its ledger has beside those of all. */
  readonly ledgerColumns?: readonly string[];
  /** A new dataset, in a place of its own. */
  fresh(folder: string): Promise<Dataset>;
  /** Runs SQL as another program does; gives the dataset opened anew. */
  outside(dataset: Dataset, sql: string): Promise<Dataset>;
}

/** A new dataset in a file of its own. */
export function freshDataset(folder: string, file = `d${++datasets}.duckdb`): Promise<Dataset> {
  return duckdb({ path: path.join(folder, file) }).open({ pipeline: 'p', dataset: 'data', workDir: folder });
}

export async function rowsOf(dataset: Dataset, sql: string, params?: readonly unknown[]): Promise<unknown[]> {
  return [...(await dataset.query(sql, params)).rows];
}

/** Runs SQL as another program does that opens the file; gives the dataset opened anew. */
export async function outside(dataset: Dataset, sql: string): Promise<Dataset> {
  const file = dataset.location;
  await dataset.close();
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(`USE ${dataset.name}`);
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
  return duckdb({ path: file }).open({ pipeline: 'p', dataset: dataset.name, workDir: path.dirname(file) });
}

const lite = new Map<Dataset, Sqlite>();

async function freshInSqlite(folder: string, destination = sqlite(`memory${++datasets}`)): Promise<Dataset> {
  const dataset = await destination.open({ pipeline: 'p', dataset: 'data', workDir: folder });
  lite.set(dataset, destination);
  return dataset;
}

let server: Promise<PostgresServer> | undefined;

afterAll(async () => {
  await (await server)?.close();
});

const inServer = new Map<Dataset, string>();

type InServer = (server: PostgresServer, database: string) => Destination;

async function freshInPostgres(folder: string, as: InServer, known?: string): Promise<Dataset> {
  server ??= startPostgres();
  const database = known ?? `d${++datasets}`;
  if (known === undefined) await (await server).sql(`CREATE DATABASE ${database}`);
  const destination = as(await server, database);
  const dataset = await destination.open({ pipeline: 'p', dataset: 'data', workDir: folder });
  inServer.set(dataset, database);
  return dataset;
}

const postgresAs = (name: string, as: InServer): Tested => ({
  name,
  keepsOrder: false,
  fresh: (folder) => freshInPostgres(folder, as),
  async outside(dataset, sql) {
    const database = inServer.get(dataset)!;
    await dataset.close();
    const { host, port, user, password } = await server!;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    await client.query(`SET search_path = "${dataset.name}"`);
    await client.query(sql);
    await client.end();
    return freshInPostgres(tmpdir(), as, database);
  },
});

let fake: Promise<BigQueryFake> | undefined;

afterAll(async () => {
  await (await fake)?.close();
});

const inFake = new Map<Dataset, string>();

async function freshInBigQuery(folder: string, prefix = `d${++datasets}_`): Promise<Dataset> {
  fake ??= startBigQuery();
  const destination = withPrefix(await fake, prefix);
  const dataset = await destination.open({ pipeline: 'p', dataset: 'data', workDir: folder });
  inFake.set(dataset, prefix);
  return dataset;
}

/** Every destination that there is: what holds for one holds for all. */
export const tested: readonly Tested[] = [
  { name: 'duckdb', keepsOrder: true, fresh: (folder) => freshDataset(folder), outside },
  {
    name: 'sqlite',
    keepsOrder: true,
    fresh: (folder) => freshInSqlite(folder),
    async outside(dataset, sql) {
      const destination = lite.get(dataset)!;
      destination.outside(dataset.location, sql);
      await dataset.close();
      return freshInSqlite(tmpdir(), destination);
    },
  },
  postgresAs('postgres', inDatabase),
  postgresAs('postgres, staged before the lock', stagingEarly),
  {
    name: 'bigquery',
    keepsOrder: false,
    textType: 'STRING',
    receives: false,
    ledgerColumns: ['bytes_billed', 'slot_ms'],
    fresh: (folder) => freshInBigQuery(folder),
    async outside(dataset, sql) {
      const prefix = inFake.get(dataset)!;
      await dataset.close();
      await runOutside(await fake!, `${prefix}data`, sql);
      return freshInBigQuery(tmpdir(), prefix);
    },
  },
];

/** A stored cursor. */
export function cursorAt(last_value: unknown): CursorState {
  return { initial_value: 0, last_value, unique_hashes: [] };
}

/** A stateless load of `[start, end)` by a number that is unix seconds. */
export function slice(
  start: number,
  end: number,
): Pick<ResourceLoad, 'stateless' | 'cursors' | 'covered' | 'interval'> {
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
  const cursor: CursorLoad = {
    path: 'ts',
    column: 'ts',
    before: undefined,
    after: undefined,
    range: { start, end },
  };
  const range = { start: iso(start), end: iso(end) };
  return { stateless: true, cursors: [cursor], covered: range, interval: range };
}
