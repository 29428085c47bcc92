import type { Dataset } from '../destination';
import type { Pipeline } from '../pipeline';

/** A table as the cases have it: rows without ids, with the indexes of their load, parent and root instead. */
export interface CaseTable {
  readonly columns: Record<string, { data_type: string; nullable: boolean }>;
  readonly rows: Record<string, unknown>[];
  /** The table above it. @default by its name: the longest that it begins with */
  readonly parent?: string | undefined;
}

/** Columns whose values are ids: replaced by indexes, or left out. */
const IDS = ['_dlt_id', '_dlt_load_id', '_dlt_parent_id', '_dlt_root_id'];

/** The tables of a dataset, without those that dlt and tidemark keep their books in: a table of `2024` is `_2024`. */
export async function dataTables(dataset: Dataset): Promise<string[]> {
  return [...(await dataset.tables()).keys()].filter((name) => !/^_(dlt|tidemark)_/.test(name)).sort();
}

/** Reads every data table of the dataset, by the newest stored schema and the rows that are really there. */
export async function readTables(
  target: Pipeline,
  schemaName: string,
  loads: readonly (readonly string[])[],
): Promise<Record<string, CaseTable>> {
  const dataset = await target.openDataset();
  try {
    const { schema } = await dataset.snapshot(schemaName);
    const stored = new Map<string, readonly Readonly<Record<string, unknown>>[]>();
    for (const name of await dataTables(dataset))
      stored.set(name, (await dataset.query(`SELECT * FROM ${dataset.qualify(name)}`)).rows);
    const tables: Record<string, CaseTable> = {};
    for (const [name, rows] of stored) {
      const table = schema?.tables[name];
      if (table === undefined) throw new Error(`The table "${name}" is not in the stored schema.`);
      const columns = Object.fromEntries(
        Object.keys(rows[0] ?? table.columns).map((column) => {
          const { data_type, nullable } = table.columns[column] ?? {};
          return [column, { data_type: data_type ?? 'unknown', nullable: nullable !== false }];
        }),
      );
      const parents = table.parent === undefined ? undefined : stored.get(table.parent);
      const roots = stored.get(rootOf(name, schema!.tables));
      tables[name] = {
        parent: table.parent,
        columns,
        rows: rows.map((row) => ({
          ...Object.fromEntries(
            Object.entries(row)
              .filter(([column, value]) => !IDS.includes(column) && value !== null)
              .map(([column, value]) => [
                column,
                columns[column]?.data_type === 'json' ? JSON.parse(String(value)) : value,
              ]),
          ),
          ...(parents === undefined
            ? { _load: loads.findIndex((ids) => ids.includes(String(row['_dlt_load_id']))) }
            : { _parent: indexOf(parents, row['_dlt_parent_id']) }),
          ...('_dlt_root_id' in row && { _root: indexOf(roots ?? [], row['_dlt_root_id']) }),
        })),
      };
    }
    return tables;
  } finally {
    await dataset.close();
  }
}

function rootOf(name: string, tables: Readonly<Record<string, { parent?: string }>>): string {
  const parent = tables[name]?.parent;
  return parent === undefined ? name : rootOf(parent, tables);
}

const indexOf = (rows: readonly Readonly<Record<string, unknown>>[], id: unknown): number =>
  rows.findIndex((row) => row['_dlt_id'] === id);
