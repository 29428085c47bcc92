import { namesAndGuess, TidemarkError } from '../errors';
import type { Entry } from '../run';
import { schemaNameOf } from '../schema';
import type { Access } from './access';
import type { SourceHistory } from './schema-history';
import { readSourceTables } from './schema-tables';

/** Tables and columns of the sources of a pipeline, with types, hints, and the schema version that each came with. */
export interface SchemaView {
  readonly pipeline: string;
  readonly dataset: string;
  readonly sources: readonly Pick<SourceHistory, 'source' | 'tables' | 'versions'>[];
}

/**
 * Reads the stored schemas of a pipeline, and every version of them; no table of the user's.
 *
 * @param table only this one. @default all
 * @throws USAGE for a table that isn't there, listing those that are
 */
export function readSchemaView(entry: Entry, table: string | undefined, access: Access): Promise<SchemaView> {
  return access.withDataset(entry, async (dataset) => {
    const sources: SchemaView['sources'][number][] = [];
    for (const { name } of entry.sources()) {
      const source = schemaNameOf(name);
      sources.push({ source, ...(await readSourceTables(dataset, source)) });
    }
    const view = { pipeline: entry.name, dataset: dataset.name };
    if (table === undefined) return { ...view, sources };
    const having = sources.filter(({ tables }) => tables.some((one) => one.table === table));
    if (having.length === 0) throw unknownTable(entry, table, sources);
    return {
      ...view,
      sources: having.map((one) => ({
        ...one,
        tables: one.tables.filter((known) => known.table === table),
      })),
    };
  });
}

function unknownTable(entry: Entry, table: string, sources: SchemaView['sources']): TidemarkError {
  const names = sources.flatMap(({ tables }) => tables.map((one) => one.table));
  const there = names.length === 0 ? 'nothing was loaded yet.' : `it has ${namesAndGuess(table, names)}`;
  return new TidemarkError('USAGE', `The pipeline "${entry.name}" has no table "${table}"; ${there}`);
}
