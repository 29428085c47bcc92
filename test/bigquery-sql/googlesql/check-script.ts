import { type Analyze, analyzer, type Scope, withoutPlainTexts } from './analyzer';
import type { CatalogTable } from './catalog';
import { INFORMATION_SCHEMA } from './information-schema';
import { type Effect, effectsOf, outputOf, typeFields } from './resolved';
import { parseScript, type Step } from './script';
import { type LocalService, Refusal } from './service';
import { type Column, nameOf, typeNamed, typeOf } from './types';
import type { Bytes } from './wire';

/** What is sent to BigQuery as one query, with what it meets there. */
export interface SentQuery {
  readonly sql: string;
  /** Without a name they are positional. */
  readonly parameters?: readonly SentParameter[] | undefined;
  readonly defaultDataset?: string | undefined;
  readonly tables?: readonly StoredTable[] | undefined;
}

export interface SentParameter {
  readonly name?: string | undefined;
  readonly type: string;
}

/** A table that is there when the query begins. */
export interface StoredTable {
  readonly dataset: string;
  readonly table: string;
  readonly columns: readonly Column[];
}

/** A statement that GoogleSQL refuses. */
export interface Refused {
  readonly statement: string;
  readonly reason: string;
}

/** Says what GoogleSQL refuses of a query, statement by statement; nothing where it takes all. */
export type CheckQuery = (query: SentQuery) => readonly Refused[];

export function googleSql(service: LocalService): CheckQuery {
  const analyze = analyzer(service);
  const known = new Map<string, readonly Refused[]>();
  return (query) => {
    const key = JSON.stringify({ ...query, sql: withoutPlainTexts(query.sql) });
    const refused = known.get(key) ?? check(service, analyze, query);
    known.set(key, refused);
    return refused;
  };
}

function check(service: LocalService, analyze: Analyze, query: SentQuery): readonly Refused[] {
  const refused: Refused[] = [];
  try {
    new Run(analyze, query, refused).all(parseScript(service, query.sql));
  } catch (error) {
    refused.push({ statement: query.sql, reason: reasonOf(error) });
  }
  return refused;
}

function reasonOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  throw error;
}

const INT64 = typeNamed('INT64');
const SYSTEM: ReadonlyMap<string, Bytes> = new Map([
  ...['row_count', 'script.bytes_billed', 'script.bytes_processed', 'script.slot_ms'].map(
    (name) => [name, INT64] as const,
  ),
  ...['error.message', 'error.statement_text', 'script.job_id', 'time_zone', 'project_id', 'dataset_id'].map(
    (name) => [name, typeNamed('STRING')] as const,
  ),
]);

/** One run through a script, which declares variables and makes tables on its way. Every branch is taken. */
class Run {
  readonly #tables = new Map<string, CatalogTable>();
  readonly #variables = new Map<string, Bytes>();
  readonly #named: ReadonlyMap<string, Bytes>;
  readonly #positional: readonly Bytes[] | undefined;
  readonly #defaultDataset: string | undefined;
  #declaring = true;
  #inTransaction = false;

  constructor(
    readonly analyze: Analyze,
    { parameters = [], defaultDataset, tables = [] }: SentQuery,
    readonly refused: Refused[],
  ) {
    const isNamed = parameters.every(({ name }) => name !== undefined && name !== '');
    this.#named = new Map(isNamed ? parameters.map(({ name, type }) => [name!, typeNamed(type)]) : []);
    this.#positional = isNamed ? undefined : parameters.map(({ type }) => typeNamed(type));
    this.#defaultDataset = defaultDataset;
    for (const { dataset, table, columns } of tables)
      this.#put([dataset, table], new Map(columns.map((column) => [column.name, typeOf(column)])));
    for (const dataset of new Set(tables.map((table) => table.dataset)))
      for (const [view, columns] of Object.entries(INFORMATION_SCHEMA))
        this.#put(
          [dataset, 'INFORMATION_SCHEMA', view],
          new Map(columns.map((column) => [column.name, typeOf(column)])),
        );
  }

  all(steps: readonly Step[]): void {
    for (const step of steps) {
      try {
        this.#step(step);
      } catch (error) {
        this.refused.push({ statement: shownOf(step), reason: reasonOf(error) });
      }
      if (step.kind !== 'declare') this.#declaring = false;
    }
  }

  #step(step: Step): void {
    switch (step.kind) {
      case 'declare':
        this.#declare(step);
        return;
      case 'set':
        this.#assign(step.name, step.value);
        return;
      case 'if':
        for (const { condition, steps } of step.branches) {
          if (condition !== undefined) this.#expect('BOOL', condition);
          this.all(steps);
        }
        return;
      case 'raise':
        if (step.message !== undefined) this.#expect('STRING', step.message);
        return;
      case 'block':
        this.all(step.steps);
        this.all(step.handler);
        return;
      case 'begin':
      case 'commit':
      case 'rollback':
        this.#analyze(step.sql);
        this.#inTransaction = step.kind === 'begin';
        return;
      case 'sql':
        for (const effect of effectsOf(this.#analyze(step.sql))) this.#apply(effect);
        return;
      case 'unknown':
        throw new Refusal('This check knows no such statement: it has to be taught it first.');
    }
  }

  #declare({ names, type, value }: Extract<Step, { kind: 'declare' }>): void {
    if (!this.#declaring)
      throw new Refusal('Variables are declared before all other statements of a script.');
    const declared = this.#typeOf(type === undefined ? value! : `CAST(NULL AS ${type})`);
    for (const name of names) {
      this.#variables.set(name, declared);
      if (value !== undefined) this.#assign(name, value);
    }
  }

  /** GoogleSQL analyzes assignments of system variables alone; those of a script's own are coerced alike. */
  #assign(name: string, value: string): void {
    const type = this.#variables.get(name);
    if (type === undefined) throw new Refusal(`The variable "${name}" isn't declared.`);
    this.#analyze(`SET @@variable.${quoted(name)} = (${value})`, new Map([[`variable.${name}`, type]]));
  }

  #expect(type: string, expression: string): void {
    const actual = nameOf(typeFields(this.#typeOf(expression)));
    if (actual !== type) throw new Refusal(`Expected type ${type}; found ${actual}`);
  }

  #typeOf(expression: string): Bytes {
    const [column] = outputOf(this.#analyze(`SELECT (${expression}) AS value`));
    return column![1];
  }

  #analyze(sql: string, more: Scope['system'] = new Map()): ReturnType<Analyze> {
    return this.analyze(sql, {
      tables: [...this.#tables.values()],
      variables: this.#variables,
      named: this.#named,
      positional: this.#positional,
      system: new Map([...SYSTEM, ...more]),
    });
  }

  #apply(effect: Effect): void {
    const isTemporary = effect.does === 'create' && effect.temporary;
    // of what is there already, only temporary tables may change within a transaction
    if (this.#inTransaction && !isTemporary && !this.#isTemporary(effect.path))
      throw new Refusal('BigQuery changes no table within a transaction, except for temporary ones.');
    const path = isTemporary ? effect.path : this.#pathOf(effect.path);
    const known = isTemporary
      ? new Map<string, Bytes>()
      : (this.#tables.get(path.join('.'))?.columns ?? new Map<string, Bytes>());
    if (effect.does === 'drop') this.#remove(path);
    else if (effect.does === 'create') this.#put(path, new Map([...effect.columns, ...known]));
    else this.#put(path, new Map([...known, ...effect.columns]));
  }

  /** A name alone is a temporary table's, or one of the default dataset. */
  #pathOf(path: readonly string[]): readonly string[] {
    const isAlone = path.length === 1 && this.#defaultDataset !== undefined && !this.#isTemporary(path);
    return isAlone ? [this.#defaultDataset, ...path] : path;
  }

  #isTemporary(path: readonly string[]): boolean {
    return (
      path.length === 1 &&
      this.#tables.has(path[0]!) &&
      !this.#tables.has(`${this.#defaultDataset}.${path[0]}`)
    );
  }

  #put(path: readonly string[], columns: ReadonlyMap<string, Bytes>): void {
    this.#tables.set(path.join('.'), { path, columns });
    if (path[0] === this.#defaultDataset && path.length > 1) this.#put(path.slice(1), columns);
  }

  #remove(path: readonly string[]): void {
    this.#tables.delete(path.join('.'));
    if (path[0] === this.#defaultDataset && path.length > 1) this.#remove(path.slice(1));
  }
}

const quoted = (name: string): string => `\`${name}\``;

function shownOf(step: Step): string {
  switch (step.kind) {
    case 'declare':
      return `DECLARE ${step.names.join(', ')} ${step.type ?? ''}${step.value === undefined ? '' : ` DEFAULT ${step.value}`}`;
    case 'set':
      return `SET ${step.name} = ${step.value}`;
    case 'if':
      return `IF ${step.branches.map(({ condition }) => condition).join(' … ELSEIF ')}`;
    case 'raise':
      return `RAISE USING MESSAGE = ${step.message}`;
    case 'block':
      return 'BEGIN … END';
    default:
      return step.sql;
  }
}
