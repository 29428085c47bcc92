import { LANGUAGE } from './language';
import { typeNamed } from './types';
import { type Bytes, flag, message, nested, text } from './wire';

/** A table or constant that statements may name: its path, from the project or the dataset on. */
export interface CatalogTable {
  readonly path: readonly string[];
  /** Encoded types by the names of the columns. */
  readonly columns: ReadonlyMap<string, Bytes>;
}

/** Names that BigQuery has for its types beside GoogleSQL's own. */
const ALIASES: readonly (readonly [string, string])[] = [
  ...['INT', 'SMALLINT', 'INTEGER', 'BIGINT', 'TINYINT', 'BYTEINT'].map((name) => [name, 'INT64'] as const),
  ['BOOLEAN', 'BOOL'],
];

interface Folder {
  readonly tables: Map<string, Bytes>;
  readonly folders: Map<string, Folder>;
}

const emptyFolder = (): Folder => ({ tables: new Map(), folders: new Map() });

/**
 * SimpleCatalogProto: BigQuery's functions, tables by their paths, and variables of a script as constants, which is how a name that is
 * no column finds them.
 */
export function encodedCatalog(tables: Iterable<CatalogTable>, variables: ReadonlyMap<string, Bytes>): Bytes {
  const root = emptyFolder();
  for (const table of tables) {
    let folder = root;
    for (const name of table.path.slice(0, -1)) {
      const next = folder.folders.get(name) ?? emptyFolder();
      folder.folders.set(name, next);
      folder = next;
    }
    const name = table.path.at(-1)!;
    folder.tables.set(name, encodedTable(name, table));
  }
  return message(
    encodedFolder('bigquery', root),
    nested(5, nested(1, LANGUAGE)),
    ...ALIASES.map(([name, type]) => nested(3, message(text(1, name), nested(2, typeNamed(type))))),
    ...[...variables].map(([name, type]) => nested(10, constant(name, type))),
  );
}

function encodedFolder(name: string, { tables, folders }: Folder): Bytes {
  return message(
    text(1, name),
    ...[...tables.values()].map((table) => nested(2, table)),
    ...[...folders].map(([inner, folder]) => nested(4, encodedFolder(inner, folder))),
  );
}

function encodedTable(name: string, { path, columns }: CatalogTable): Bytes {
  return message(
    text(1, name),
    text(10, path.join('.')),
    ...[...columns].map(([column, type]) =>
      nested(4, message(text(1, column), nested(2, type), flag(4, true))),
    ),
  );
}

/** ValueProto */
const NULL: Bytes = message();

/** SimpleConstantProto, whose value is never asked for. */
const constant = (name: string, type: Bytes): Bytes =>
  message(text(1, name), nested(2, type), nested(3, NULL));
