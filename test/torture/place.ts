import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PostgresServer, startPostgres } from '../postgres/server';
import { askDuckdb, askPostgres, dump } from './dump';

/** A destination that loads are killed in. */
export interface Store {
  readonly kind: 'duckdb' | 'postgres';
  /** An empty place, or one with all that another holds, which nobody uses meanwhile. */
  place(like?: Place): Promise<Place>;
  /** The server, where there is one. */
  readonly server?: PostgresServer | undefined;
  close(): Promise<void>;
}

/** Where a dataset is, and what its loads may put on disk. */
export interface Place {
  readonly kind: Store['kind'];
  /** With the working folder, and with the file where there is one. */
  readonly folder: string;
  /** Where there is a server. */
  readonly database?: string | undefined;
  /** What a process needs to find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether a WAL lies beside its file. */
  readonly wal: () => boolean;
  readonly dump: () => Promise<Record<string, unknown>>;
  readonly remove: () => Promise<void>;
}

export const fileIn = (folder: string): string => path.join(folder, 'base.duckdb');

export function duckdbStore(): Store {
  const root = mkdtempSync(path.join(tmpdir(), 'tidemark-torture-'));
  return {
    kind: 'duckdb',
    async place(like) {
      const folder = mkdtempSync(path.join(root, 'place-'));
      const file = fileIn(folder);
      if (like !== undefined) cpSync(fileIn(like.folder), file);
      return {
        kind: 'duckdb',
        folder,
        env: {},
        wal: () => existsSync(`${file}.wal`),
        dump: () => askDuckdb(file, dump),
        remove: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
    close: async () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A server of its own; a place is a database in it. */
export async function postgresStore(): Promise<Store> {
  const root = mkdtempSync(path.join(tmpdir(), 'tidemark-torture-'));
  const server = await startPostgres({ durable: true });
  let places = 0;
  return {
    kind: 'postgres',
    server,
    async place(like) {
      places += 1;
      const database = `place_${places}`;
      await server.sql(
        `CREATE DATABASE ${database}${like === undefined ? '' : ` TEMPLATE ${like.database!}`}`,
      );
      const folder = mkdtempSync(path.join(root, 'place-'));
      const url = new URL(server.url);
      url.pathname = database;
      return {
        kind: 'postgres',
        folder,
        database,
        env: { DESTINATION__POSTGRES__CREDENTIALS: `${url.href}?sslmode=disable` },
        wal: () => false,
        dump: () => askPostgres(url.href, dump),
        async remove() {
          await server.sql(`DROP DATABASE ${database} WITH (FORCE)`);
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
    async close() {
      await server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
