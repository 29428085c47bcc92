import path from 'node:path';
import { type Destination, duckdb } from '../../src/destination';
import { inDatabase } from '../postgres/destinations';
import { type PostgresServer, startPostgres } from '../postgres/server';
import type { DltPlace } from './dlt';

/** Where a dataset is, as both know it. */
export interface Place {
  readonly tidemark: Destination;
  readonly dlt: DltPlace;
}

/** A kind of destination that both write to. */
export interface Kind {
  readonly name: string;
  /** A new place, empty. @param folder for what is in files */
  place(folder: string): Promise<Place>;
  close(): Promise<void>;
}

let places = 0;

function inDuckdb(): Kind {
  return {
    name: 'duckdb',
    async place(folder) {
      const file = path.join(folder, `shop-${++places}.duckdb`);
      return {
        tidemark: duckdb({ path: file }),
        dlt: { destination: 'duckdb', env: { DESTINATION__DUCKDB__CREDENTIALS: file } },
      };
    },
    close: async () => undefined,
  };
}

function inServer(server: PostgresServer): Kind {
  return {
    name: 'postgres',
    async place() {
      const database = `shop_${++places}`;
      await server.sql(`CREATE DATABASE ${database}`);
      const url = new URL(server.url);
      url.pathname = `/${database}`;
      return {
        tidemark: inDatabase(server, database),
        dlt: { destination: 'postgres', env: { DESTINATION__POSTGRES__CREDENTIALS: url.href } },
      };
    },
    close: () => server.close(),
  };
}

/** The kinds that can be named on the command line. */
export const KINDS: Readonly<Record<string, () => Promise<Kind>>> = {
  duckdb: async () => inDuckdb(),
  postgres: async () => inServer(await startPostgres()),
};
