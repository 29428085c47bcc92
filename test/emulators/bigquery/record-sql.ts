import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Database } from './database';
import type { JobRecord } from './job';
import { columnTypeText } from './sql/types';

/**
 * Writes each query with the tables that there were in its datasets as a JSON line: GoogleSQL's own analyzer can look at them then.
 * @param folder made if it isn't there; each process writes a file of its own
 */
export function sqlRecorder(folder: string, database: Database): (job: JobRecord) => void {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${process.pid}.jsonl`);
  return ({ configuration: { query } }) => {
    const named = ({ name }: { readonly name: string }): boolean =>
      name === query?.defaultDataset?.datasetId || query?.query?.includes(name) === true;
    const tables = database.catalog
      .datasets()
      .filter(named)
      .flatMap(({ name: dataset }) =>
        database.catalog.tables(dataset).map(({ name, columns }) => ({
          dataset,
          table: name,
          columns: columns.map((column) => ({
            name: column.name,
            type: columnTypeText(column),
            mode: column.required ? 'REQUIRED' : 'NULLABLE',
          })),
        })),
      );
    const line = {
      sql: query?.query,
      parameters: query?.queryParameters ?? [],
      defaultDataset: query?.defaultDataset?.datasetId,
      tables,
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  };
}
