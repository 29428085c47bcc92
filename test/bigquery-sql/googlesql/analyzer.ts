import { type CatalogTable, encodedCatalog } from './catalog';
import { analyzerOptions, type Context } from './language';
import { type LocalService, Refusal } from './service';
import { tableNames } from './table-names';
import { type Bytes, Fields, message, nested, text, whole } from './wire';

/** What statements may name. */
export interface Scope extends Context {
  readonly tables: readonly CatalogTable[];
  /** Encoded types of a script's variables. */
  readonly variables: ReadonlyMap<string, Bytes>;
}

/** Analyzes a statement: names, types and functions are resolved. @returns AnyResolvedStatementProto @throws Refusal */
export type Analyze = (sql: string, scope: Scope) => Fields;

/** Catalogs that are kept: to make one takes GoogleSQL four times as long as to analyze a statement. */
const MOST_CATALOGS = 100;

export function analyzer(service: LocalService): Analyze {
  const registered = new Map<string, number>();

  function register(catalog: Bytes): number {
    const key = Buffer.from(catalog).toString('latin1');
    const known = registered.get(key);
    const id = known ?? new Fields(service.call('RegisterCatalog', nested(1, catalog))).whole(1) ?? 0;
    registered.delete(key);
    registered.set(key, id);
    if (registered.size > MOST_CATALOGS) {
      const [oldest, old] = registered.entries().next().value!;
      service.call('UnregisterCatalog', whole(1, old));
      registered.delete(oldest);
    }
    return id;
  }

  return remembered((sql, scope, catalog) => {
    const request = message(nested(1, analyzerOptions(scope)), whole(4, register(catalog)), text(5, sql));
    const resolved = new Fields(service.call('Analyze', request)).at(1)!;
    refuseOtherCase(tableNames(service, sql), scope);
    return resolved;
  });
}

type AnalyzeWithin = (sql: string, scope: Scope, catalog: Bytes) => Fields;

/** What was analyzed isn't analyzed again. */
function remembered(analyze: AnalyzeWithin): Analyze {
  const answers = new Map<string, () => Fields>();
  return (sql, scope) => {
    const catalog = catalogOf(sql, scope);
    const parts = [analyzerOptions(scope), catalog].map((bytes) => Buffer.from(bytes).toString('latin1'));
    const key = [withoutPlainTexts(sql), ...parts].join('\n');
    const answer = answers.get(key) ?? answerOf(() => analyze(sql, scope, catalog));
    answers.set(key, answer);
    return answer();
  };
}

/** SQL without the texts that have nothing to escape, such as ids and times: which they are makes no difference to a statement. */
export const withoutPlainTexts = (sql: string): string => sql.replace(/'[\w+/=:.-]*'/g, "''");

function answerOf(analyze: () => Fields): () => Fields {
  try {
    const fields = analyze();
    return () => fields;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** With what the statement may name alone, so that one catalog does for many statements. */
function catalogOf(sql: string, { tables, variables }: Scope): Bytes {
  const written = sql.toLowerCase();
  const mayName = (name: string): boolean => written.includes(name.toLowerCase());
  return encodedCatalog(
    tables.filter(({ path }) => mayName(path.at(-1)!)),
    new Map([...variables].filter(([name]) => mayName(name))),
  );
}

/** BigQuery tells names of tables by their case, the analyzer's catalog doesn't. */
function refuseOtherCase(names: readonly (readonly string[])[], { tables }: Scope): void {
  const known = new Set(tables.map(({ path }) => path.join('.')));
  const inAnyCase = new Set([...known].map((name) => name.toLowerCase()));
  for (const name of names.map((path) => path.join('.')))
    if (inAnyCase.has(name.toLowerCase()) && !known.has(name))
      throw new Refusal(`There is no table "${name}", only one whose name is written in another case.`);
}
