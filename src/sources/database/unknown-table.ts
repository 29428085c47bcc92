import { namesAndGuess, TidemarkError } from '../../errors';
import type { TableName } from './types';

/** The names that a database has, asked for one after the other. */
interface KnownNames {
  readonly schemas: () => Promise<readonly string[]>;
  /** Of the schema that was asked for. */
  readonly tables: () => Promise<readonly string[]>;
  /** Said of a schema without tables. @default 'it has none.' */
  readonly none?: string;
}

/** SOURCE_NOT_FOUND for a table that isn't there, with the nearest name of a table or of a schema. */
export async function unknownTable(
  { schema, table }: TableName,
  { schemas, tables, none = 'it has none.' }: KnownNames,
): Promise<TidemarkError> {
  const knownSchemas = await schemas();
  if (!knownSchemas.includes(schema))
    return new TidemarkError(
      'SOURCE_NOT_FOUND',
      `There is no schema "${schema}" in the database; it has ${namesAndGuess(schema, knownSchemas)}`,
      { details: { schema, known: knownSchemas } },
    );
  const known = await tables();
  const has = known.length === 0 ? none : `it has ${namesAndGuess(table, known)}`;
  return new TidemarkError(
    'SOURCE_NOT_FOUND',
    `There is no table "${table}" in the schema "${schema}"; ${has}`,
    { details: { schema, table, known } },
  );
}
