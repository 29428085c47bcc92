import { TidemarkError } from '../errors';
import { isBlank, normalizePath } from './naming';

/** What the names of tables begin with in which dlt and tidemark keep their books. */
const RESERVED = ['_dlt', '_tidemark_'];

/**
 * Refuses the name of a table that is, once normalized, one of those that dlt and tidemark keep for themselves: rows in it
 * would be taken for loads, states or intervals.
 * @param name in the source's spelling
 * @throws TidemarkError IDENTIFIER_INVALID
 */
export function checkTableName(name: string, resource: string): void {
  const table = isBlank(name) ? '' : normalizePath(name);
  const prefix = RESERVED.find((reserved) => table.startsWith(reserved));
  if (prefix === undefined) return;
  throw new TidemarkError(
    'IDENTIFIER_INVALID',
    `Resource "${resource}" cannot write to the table "${shown(name)}": names that begin with "${prefix}" are kept for the tables of dlt and tidemark. Give it another tableName.`,
    { details: { resource, table: shown(table) } },
  );
}

const shown = (name: string): string => (name.length > 100 ? `${name.slice(0, 100)}…` : name);
