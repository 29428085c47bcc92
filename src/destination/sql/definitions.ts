import type { StoredSchema } from '../../schema';
import { planSchemaChanges } from '../commit';
import type { TableDefinition } from '../definition';
import { statementOf } from './apply-schema';
import type { Dialect } from './dialect';
import type { SqlConnection, SqlDriver } from './driver';
import { sessionOf } from './transaction';
import { typesOf } from './types-of';

interface Defining {
  readonly connection: SqlConnection;
  readonly driver: SqlDriver;
  /** Names as other databases of its kind take them, too. */
  readonly names: Pick<Dialect, 'table'>;
  readonly schema: StoredSchema;
}

/** How a database makes the tables of a schema, in the schema's order. @throws TidemarkError IDENTIFIER_INVALID */
export function definitionsOf({ connection, driver, names, schema }: Defining): TableDefinition[] {
  const session = sessionOf(connection);
  const dialect: Dialect = { ...session.dialect, table: (name) => names.table(name) };
  return planSchemaChanges(schema, new Map(), typesOf(driver, session)).flatMap((change) =>
    change.change === 'create-table'
      ? [
          {
            table: change.table,
            columns: change.columns.map((column) => ({
              name: column.name,
              type: dialect.columnType(column),
            })),
            statement: statementOf(dialect, change),
          },
        ]
      : [],
  );
}
