import type { DatasetSnapshot } from '../destination';
import type { Entry } from '../run';
import { schemaNameOf } from '../schema';
import type { Access } from './access';

/** The stored schema of each source, by its name in the dataset; undefined where nothing was loaded yet. */
export type StoredSchemas = Readonly<Record<string, DatasetSnapshot['schema']>>;

export function readSchemas(entry: Entry, access: Access): Promise<StoredSchemas> {
  return access.withDataset(entry, async (dataset) => {
    const found: Record<string, DatasetSnapshot['schema']> = {};
    for (const { name } of entry.sources()) {
      const schema = schemaNameOf(name);
      found[schema] = (await dataset.snapshot(schema)).schema;
    }
    return found;
  });
}
