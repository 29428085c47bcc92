import initSqlJs, { type Database } from 'sql.js';
import { type Destination, sqlDestination } from 'tidemark/destination';
import { connectTo, type SqliteDataset } from './driver';
import { fixedInstant } from './values';

/** An example destination: SQLite in memory, one database a dataset, gone with the object. */
export interface Sqlite extends Destination {
  /** Runs SQL as another program would; `location` is that of an open dataset. */
  outside(location: string, sql: string): void;
}

/** SQLite in memory as a destination. It is kept for as long as the object is. @param place names it, for people */
export function sqlite(place = 'memory'): Sqlite {
  const datasets = new Map<string, SqliteDataset>();

  async function make(location: string, name: string): Promise<SqliteDataset> {
    const fresh = await newDataset(name);
    const made = datasets.get(location) ?? fresh;
    datasets.set(location, made);
    return made;
  }

  const describe = (pipeline: string): string => `${place}:${pipeline}`;
  const destination = sqlDestination({
    kind: 'sqlite',
    destinationType: 'dlt.destinations.sqlalchemy',
    describe,
    async open({ home, pipeline, dataset }) {
      const location = `${describe(home ?? pipeline)}/${dataset}`;
      return connectTo({
        location,
        dataset: async () => datasets.get(location) ?? make(location, dataset),
        exists: () => datasets.has(location),
      });
    },
  });
  return {
    ...destination,
    outside(location, sql) {
      datasets.get(location)!.database.run(sql);
    },
  };
}

/** An empty dataset in a database of its own. */
export async function newDataset(name: string): Promise<SqliteDataset> {
  const { Database } = await initSqlJs();
  const database: Database = new Database();
  database.create_function('instant', (text: string | null) => (text === null ? null : fixedInstant(text)));
  // What is looked for without its dataset is found in it, since `main` stays empty.
  database.run(`ATTACH ':memory:' AS "${name.replaceAll('"', '""')}"`);
  return { database, name };
}
