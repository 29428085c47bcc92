import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdb, type Pipeline, type PipelineOptions, pipeline } from '../../src';
import { temporaryFolder as folderOf } from '../temporary-folder';

/** A folder that goes after the tests of the file. */
export const temporaryFolder = (): string => folderOf('pipeline');

export interface Place {
  readonly file: string;
  /** A pipeline into the file, as a program that starts anew would make it. */
  pipeline(options?: Partial<PipelineOptions>): Pipeline;
  /** Rows of the file as DuckDB itself reads them; nothing of tidemark is on the way. */
  read(sql: string): Promise<Record<string, unknown>[]>;
  /** One column of them. */
  values(sql: string): Promise<unknown[]>;
}

let places = 0;

/** A database file of its own, in which the pipeline `shop` has the dataset `data`. */
export function freshPlace(folder: string): Place {
  const file = path.join(folder, `place-${++places}.duckdb`);
  const read = async (sql: string): Promise<Record<string, unknown>[]> => {
    const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
    try {
      const connection = await instance.connect();
      const rows = (await connection.runAndReadAll(sql)).getRowObjectsJS();
      connection.closeSync();
      return rows;
    } finally {
      instance.closeSync();
    }
  };
  return {
    file,
    pipeline: (options = {}) =>
      pipeline({
        name: 'shop',
        destination: duckdb({ path: file }),
        dataset: 'data',
        workDir: path.join(folder, 'work'),
        ...options,
      }),
    read,
    values: async (sql) => (await read(sql)).map((row) => plain(Object.values(row)[0])),
  };
}

const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** Something to wait for until the test says so. */
export function gate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** `2024-01-0D`, and with an hour `2024-01-0DTHH:00:00Z`. */
export const day = (number: number, hour = 0): string =>
  new Date(Date.UTC(2024, 0, number, hour)).toISOString().replace('.000Z', 'Z');

/** The data interval of some days of January 2024, half open. */
export const days = (from: number, to: number): { start: string; end: string } => ({
  start: day(from),
  end: day(to),
});
