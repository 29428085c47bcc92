import type { Column, ScalarName } from './types';

/*
 * What the fake reads of GoogleSQL. `at` is an offset in the text.
 */

export type Expression =
  | {
      readonly kind: 'literal';
      readonly type: ScalarName | 'NULL';
      readonly text: string;
      readonly at: number;
    }
  | { readonly kind: 'path'; readonly names: readonly string[]; readonly at: number }
  | { readonly kind: 'parameter'; readonly name: string | undefined; readonly at: number }
  | { readonly kind: 'system'; readonly name: string; readonly at: number }
  | { readonly kind: 'field'; readonly of: Expression; readonly name: string; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: '-' | 'NOT'; readonly of: Expression; readonly at: number }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'is';
      readonly what: 'NULL' | 'TRUE' | 'FALSE';
      readonly not: boolean;
      readonly of: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'in';
      readonly not: boolean;
      readonly of: Expression;
      readonly among: readonly Expression[] | Query;
      readonly at: number;
    }
  | {
      readonly kind: 'between';
      readonly not: boolean;
      readonly of: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'case';
      readonly of: Expression | undefined;
      readonly whens: readonly { readonly when: Expression; readonly value: Expression }[];
      readonly otherwise: Expression | undefined;
      readonly at: number;
    }
  | {
      readonly kind: 'cast';
      readonly safe: boolean;
      readonly of: Expression;
      readonly to: Omit<Column, 'name' | 'required'>;
      readonly at: number;
    }
  | { readonly kind: 'exists'; readonly query: Query; readonly at: number }
  | { readonly kind: 'subquery'; readonly query: Query; readonly at: number }
  | Call;

export interface Call {
  readonly kind: 'call';
  /** In upper case. */
  readonly name: string;
  readonly args: readonly Expression[];
  readonly named: readonly { readonly name: string; readonly value: Expression }[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly ignoreNulls: boolean;
  /** Within an aggregate. */
  readonly orderBy: readonly Ordering[];
  readonly over: Window | undefined;
  readonly at: number;
}

export interface Window {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly Ordering[];
}

export interface Ordering {
  readonly of: Expression;
  readonly descending: boolean;
  readonly nulls: 'FIRST' | 'LAST' | undefined;
}

export interface Query {
  readonly withs: readonly { readonly name: string; readonly query: Query; readonly at: number }[];
  readonly body: Body;
  readonly orderBy: readonly Ordering[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
}

export type Body =
  | Select
  | {
      readonly kind: 'set';
      readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT';
      readonly all: boolean;
      readonly left: Body;
      readonly right: Body;
      readonly at: number;
    }
  | { readonly kind: 'query'; readonly query: Query; readonly at: number };

export interface Select {
  readonly kind: 'select';
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: FromItem | undefined;
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | undefined;
  readonly qualify: Expression | undefined;
  readonly at: number;
}

export type SelectItem =
  | {
      readonly kind: 'star';
      /** Of which table or record, undefined for all. */
      readonly of: Expression | undefined;
      readonly except: readonly string[];
      readonly at: number;
    }
  | {
      readonly kind: 'column';
      readonly of: Expression;
      readonly alias: string | undefined;
      readonly at: number;
    };

export type FromItem =
  | { readonly kind: 'table'; readonly table: TablePath; readonly alias: string | undefined }
  | {
      readonly kind: 'derived';
      readonly query: Query;
      readonly alias: string | undefined;
      readonly at: number;
    }
  | {
      readonly kind: 'join';
      readonly how: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS';
      readonly left: FromItem;
      readonly right: FromItem;
      readonly on: Expression | undefined;
      readonly using: readonly string[];
      readonly at: number;
    };

/** A table as it is named: `t`, `d.t`, `p.d.t`, `d.INFORMATION_SCHEMA.COLUMNS`. */
export interface TablePath {
  readonly names: readonly string[];
  readonly at: number;
}

export interface Assignment {
  readonly column: string;
  /** Whether the table is named before it. */
  readonly qualified: boolean;
  readonly value: Expression;
  readonly at: number;
}

export type InsertSource =
  | { readonly kind: 'values'; readonly rows: readonly (readonly Expression[])[] }
  | { readonly kind: 'row' }
  | Query;

export interface MergeClause {
  readonly when: 'MATCHED' | 'NOT MATCHED' | 'NOT MATCHED BY SOURCE';
  readonly and: Expression | undefined;
  readonly action:
    | { readonly kind: 'update'; readonly set: readonly Assignment[] }
    | { readonly kind: 'delete' }
    | {
        readonly kind: 'insert';
        readonly columns: readonly string[] | undefined;
        readonly values: readonly Expression[] | undefined;
      };
  readonly at: number;
}

/** `OPTIONS (name = value, …)`; a label list is an array of pairs. */
export interface Option {
  readonly name: string;
  readonly value: Expression | readonly (readonly [string, string])[];
  readonly at: number;
}

export interface CreateTable {
  readonly kind: 'createTable';
  readonly table: TablePath;
  readonly temporary: boolean;
  readonly replace: boolean;
  readonly ifNotExists: boolean;
  readonly columns: readonly Column[] | undefined;
  readonly partitionBy: PartitionBy | undefined;
  readonly clusterBy: readonly string[];
  readonly options: readonly Option[];
  readonly query: Query | undefined;
  readonly at: number;
}

export interface PartitionBy {
  readonly column: string;
  readonly by: 'DAY' | 'HOUR' | 'MONTH' | 'YEAR' | 'RANGE';
  /** Start, end and interval of a range. */
  readonly range: readonly [string, string, string] | undefined;
}

export type AlterAction =
  | { readonly kind: 'addColumn'; readonly column: Column; readonly ifNotExists: boolean }
  | { readonly kind: 'dropColumn'; readonly name: string; readonly ifExists: boolean }
  | { readonly kind: 'setType'; readonly name: string; readonly to: Omit<Column, 'name' | 'required'> }
  | { readonly kind: 'dropNotNull'; readonly name: string }
  | { readonly kind: 'setOptions'; readonly options: readonly Option[] };

export type Statement =
  | { readonly kind: 'query'; readonly query: Query; readonly at: number }
  | {
      readonly kind: 'insert';
      readonly table: TablePath;
      readonly columns: readonly string[] | undefined;
      readonly source: InsertSource;
      readonly at: number;
    }
  | {
      readonly kind: 'update';
      readonly table: TablePath;
      readonly alias: string | undefined;
      readonly set: readonly Assignment[];
      readonly from: FromItem | undefined;
      readonly where: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'delete';
      readonly table: TablePath;
      readonly alias: string | undefined;
      readonly where: Expression;
      readonly at: number;
    }
  | {
      readonly kind: 'merge';
      readonly table: TablePath;
      readonly alias: string | undefined;
      readonly using: FromItem;
      readonly on: Expression;
      readonly clauses: readonly MergeClause[];
      readonly at: number;
    }
  | { readonly kind: 'truncate'; readonly table: TablePath; readonly at: number }
  | CreateTable
  | {
      readonly kind: 'alterTable';
      readonly table: TablePath;
      readonly ifExists: boolean;
      readonly actions: readonly AlterAction[];
      readonly at: number;
    }
  | { readonly kind: 'dropTable'; readonly table: TablePath; readonly ifExists: boolean; readonly at: number }
  | {
      readonly kind: 'declare';
      readonly names: readonly string[];
      readonly type: ScalarName | undefined;
      readonly value: Expression | undefined;
      readonly at: number;
    }
  | { readonly kind: 'set'; readonly name: string; readonly value: Expression; readonly at: number }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly when: Expression; readonly statements: readonly Statement[] }[];
      readonly otherwise: readonly Statement[];
      readonly at: number;
    }
  | { readonly kind: 'raise'; readonly message: Expression; readonly at: number }
  | {
      readonly kind: 'block';
      readonly statements: readonly Statement[];
      /** What handles an error. */
      readonly handler: readonly Statement[] | undefined;
      readonly at: number;
    }
  | { readonly kind: 'begin' | 'commit' | 'rollback'; readonly at: number };
