import type { ColumnSchema } from '../../schema';
import type { SchemaChange } from '../commit';
import { addColumns, createTable } from './create-table';
import { qualified } from './dialect';
import { quote } from './literal';

interface StatementsOptions {
  readonly dataset: string;
  /** Definitions of columns that the schema doesn't know, as SQL, by the name of their table. */
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/**
 * Changes of tables as statements, which can be run again. All columns that a table gets are one of them: BigQuery counts changes
 * of a table, and refuses the sixth within ten seconds. To make the dataset is no statement of theirs.
 */
export function schemaStatements(
  changes: readonly SchemaChange[],
  { dataset, extra }: StatementsOptions,
): readonly string[] {
  const created: string[] = [];
  const widened: string[] = [];
  const added = new Map<string, ColumnSchema[]>();
  for (const change of changes) {
    if (change.change === 'create-dataset') continue;
    const table = qualified(dataset, change.table);
    switch (change.change) {
      case 'create-table':
        created.push(createTable({ ...change, table, extra: extra[change.table] }));
        break;
      case 'add-column':
        added.set(table, [...(added.get(table) ?? []), change.column]);
        break;
      case 'widen-column':
        widened.push(
          `ALTER TABLE ${table} ALTER COLUMN ${quote(change.column)} SET DATA TYPE ${change.type}`,
        );
    }
  }
  return [...created, ...[...added].map(([table, columns]) => addColumns({ table, columns })), ...widened];
}
