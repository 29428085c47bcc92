import { type ApiError, invalidQuery } from '../api-error';
import { placeOf } from './lexer';
import type { Relation, Typed } from './typed';
import { type Column, quoted, typeText } from './types';

/** What a query finds outside of itself. */
export interface Environment {
  /** The text, for the places of errors. */
  readonly sql: string;
  /** @throws ApiError for a table that isn't there */
  relation(names: readonly string[], at: number): Relation;
  /** @param position from 0, of one without a name */
  parameter(name: string | undefined, at: number): Typed;
  variable(name: string): Typed | undefined;
  system(name: string, at: number): Typed;
  /** DuckDB's SQL of a text. */
  bind(value: string): string;
  /** Told of each relation that is read. */
  reads(relation: Relation): void;
}

/** One relation of a FROM clause. */
export interface Source {
  /** As it is called in the query; empty where it has no name. */
  readonly alias: string;
  readonly columns: readonly Column[];
  /** How it is called in DuckDB's SQL. */
  readonly sqlAlias: string;
  /** Columns that a USING has joined with those of another one. */
  readonly hidden: ReadonlySet<string>;
}

export const failure = (env: Environment, message: string, at: number): ApiError =>
  invalidQuery(message, placeOf(env.sql, at));

/** The names of a SELECT, and of those around it. */
export class Scope {
  readonly sources: Source[] = [];
  /** Columns of the SELECT list, where they may be named: they come first then. */
  aliases: ReadonlyMap<string, Typed> = new Map();
  /** How often a name was found here, how often further out, and how often by a query within this one. */
  readonly found = { here: 0, outside: 0, within: 0 };
  /** Subqueries of this query whose rows depend on its own. */
  correlated = 0;

  constructor(
    readonly env: Environment,
    readonly outer: Scope | undefined,
    readonly withs: ReadonlyMap<string, Relation>,
  ) {}

  add(source: Source, at: number): void {
    const { alias } = source;
    if (alias !== '' && this.sources.some((other) => same(other.alias, alias)))
      throw failure(this.env, `Duplicate table alias ${alias} in the same FROM clause`, at);
    this.sources.push(source);
  }

  /** @throws ApiError for a name that is nowhere, or in two places */
  resolve(names: readonly string[], at: number): Typed {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.outer) {
      const found = scope.#own(names, at);
      if (found === undefined) continue;
      if (scope === this) this.found.here++;
      for (let between: Scope = this; between !== scope; between = between.outer!) {
        between.found.outside++;
        between.outer!.found.within++;
      }
      return found;
    }
    const variable = this.env.variable(names[0]!);
    if (variable !== undefined) return fieldsOf(this.env, variable, names.slice(1), at);
    throw failure(this.env, `Unrecognized name: ${names.join('.')}`, at);
  }

  #own(names: readonly string[], at: number): Typed | undefined {
    const [first = '', second] = names;
    const computed = this.aliases.get(first.toLowerCase());
    if (computed !== undefined) return fieldsOf(this.env, computed, names.slice(1), at);
    const source = this.sources.find(({ alias }) => alias !== '' && same(alias, first));
    // a table's alias hides columns of that name
    if (source !== undefined) {
      if (second === undefined)
        throw failure(this.env, `The fake can't use the table alias ${first} as a value`, at);
      const column = columnOf(source.columns, second);
      if (column === undefined)
        throw failure(this.env, `Name ${second} not found inside ${source.alias}`, at);
      return fieldsOf(this.env, columnSql(source, column), names.slice(2), at);
    }
    const holders = this.sources.flatMap((each) => {
      const column = each.hidden.has(first.toLowerCase()) ? undefined : columnOf(each.columns, first);
      return column === undefined ? [] : [{ each, column }];
    });
    if (holders.length > 1) throw failure(this.env, `Column name ${first} is ambiguous`, at);
    const [holder] = holders;
    if (holder !== undefined)
      return fieldsOf(this.env, columnSql(holder.each, holder.column), names.slice(1), at);
    return undefined;
  }
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const columnOf = (columns: readonly Column[], name: string): Column | undefined =>
  columns.find((column) => same(column.name, name));

export const columnSql = ({ sqlAlias }: Source, { name, type }: Column): Typed => ({
  sql: `${quoted(sqlAlias)}.${quoted(name)}`,
  type,
});

/** The field of a record, and of that. */
export function fieldsOf(env: Environment, value: Typed, names: readonly string[], at: number): Typed {
  return names.reduce<Typed>((of, name) => {
    const { fields } = of.type;
    if (fields === undefined)
      throw failure(env, `Cannot access field ${name} on a value with type ${typeText(of.type)}`, at);
    const field = columnOf(fields, name);
    if (field === undefined)
      throw failure(env, `Field name ${name} does not exist in ${typeText(of.type)}`, at);
    return { sql: `(${of.sql}).${quoted(field.name)}`, type: field.type };
  }, value);
}
