import { type CatalogTable, encodedCatalog } from './catalog';
import { analyzerOptions, type Context } from './language';
import type { LocalService } from './service';
import { type Bytes, Fields, message, nested, text, whole } from './wire';

/** What statements may name. */
export interface Scope extends Context {
  readonly tables: readonly CatalogTable[];
  /** Encoded types of a script's variables. */
  readonly variables: ReadonlyMap<string, Bytes>;
}

/** Analyzes a statement: names, types and functions are resolved. @returns AnyResolvedStatementProto @throws Refusal */
export type Analyze = (sql: string, scope: Scope) => Fields;

/** The last catalog is kept: most statements of a script name the same tables. */
export function analyzer(service: LocalService): Analyze {
  let registered: { readonly catalog: Bytes; readonly id: number } | undefined;

  function register(catalog: Bytes): number {
    if (registered !== undefined && Buffer.compare(registered.catalog, catalog) === 0) return registered.id;
    if (registered !== undefined) service.call('UnregisterCatalog', whole(1, registered.id));
    const id = new Fields(service.call('RegisterCatalog', nested(1, catalog))).whole(1) ?? 0;
    registered = { catalog, id };
    return id;
  }

  return (sql, scope) => {
    const id = register(encodedCatalog(scope.tables, scope.variables));
    const request = message(nested(1, analyzerOptions(scope)), whole(4, id), text(5, sql));
    return new Fields(service.call('Analyze', request)).at(1)!;
  };
}
