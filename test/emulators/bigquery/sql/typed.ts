import type { Column, SqlType } from './types';

/** DuckDB's SQL for an expression, and GoogleSQL's type of it. */
export interface Typed {
  readonly sql: string;
  readonly type: SqlType;
  /** A literal or parameter, which takes the type that is wanted where it can; `never` is an error in place of a value. */
  readonly constant?: 'null' | 'never' | 'text' | 'number' | undefined;
  /** The value of such a text or number. */
  readonly text?: string | undefined;
}

/** A table, view or subquery that a query can select from. */
export interface Relation {
  /** DuckDB's SQL for it: a name, or a query in parentheses. */
  readonly sql: string;
  readonly columns: readonly Column[];
  /** A table that is stored: how it is known to transactions and to statistics. */
  readonly key?: string | undefined;
  /** How it is named in errors: `p:d.t`. */
  readonly shown?: string | undefined;
}
