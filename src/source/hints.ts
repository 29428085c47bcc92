import type { DataType } from '../value';

/** The data types of a column, as dlt names them. */
export type ColumnDataType = DataType;

/** What is known of a column before any data came. A hint without `dataType` leaves the type to the data. */
export interface ColumnHint {
  readonly dataType?: ColumnDataType;
  /** @default true, for columns of a key false */
  readonly nullable?: boolean;
  readonly precision?: number;
  readonly scale?: number;
  readonly timezone?: boolean;
  readonly description?: string;
  readonly unique?: boolean;
  /** A row with this column true (a bool) or not null (any other type) deletes the stored row of its key. */
  readonly hardDelete?: boolean;
  /** Of several staged rows with one key, the first in this order wins. */
  readonly dedupSort?: 'asc' | 'desc';
  /**
   * Whether BigQuery partitions the table by it, when the table is made: by the day of a date or timestamp, by the day of seconds
   * since the epoch of a bigint. One column of a table. Other destinations ignore it.
   */
  readonly partition?: boolean;
  /**
   * Whether BigQuery clusters the table by it, when the table is made: four columns at the most, in the order in which the table has
   * them; `bigquery.cluster` of a resource gives them an order. Other destinations ignore it.
   */
  readonly cluster?: boolean;
}

/** Partitions of equal width of a whole number; what lies outside of them is in a partition of its own. */
export interface RangePartition {
  readonly column: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** The width of a partition. @default 1 */
  readonly interval?: number;
}

/**
 * How BigQuery makes a resource's table: what dlt's `bigquery_adapter` takes, stored as dlt stores it. All of it counts when a table is
 * made; a table that is there stays as it is, but for `roundHalf…` of columns that it gets. Other destinations ignore it.
 */
export interface BigQueryTableOptions {
  /**
   * The column that partitions the table: by the day of a date or timestamp, by the day of seconds since the epoch of a bigint; or a
   * range of a bigint. A `partition` of a column hint says the same.
   */
  readonly partition?: string | RangePartition;
  /** The columns by which the table is clustered, four at the most, the first one first. @default columns with the hint `cluster` */
  readonly cluster?: string | readonly string[];
  /** Tables of nested lists have it, too. */
  readonly tableDescription?: string;
  /** ISO date or instant at which BigQuery drops the table, in UTC where it has no offset. @default never */
  readonly tableExpiration?: string;
  /** How many days after its own day BigQuery drops a partition. @default never */
  readonly partitionExpirationDays?: number;
  /** Decimals of which halves are rounded to the even digit where a value has more digits than the column. */
  readonly roundHalfEven?: string | readonly string[];
  /** Decimals of which halves are rounded away from zero, which is BigQuery's default. */
  readonly roundHalfAwayFromZero?: string | readonly string[];
}

/** The name of a column, or several that form the key together. */
export type KeyHint = string | readonly string[];

export type MergeStrategyName = 'delete-insert' | 'upsert' | 'insert-only' | 'scd2';

export interface MergeDisposition {
  readonly disposition: 'merge';
  /** @default 'delete-insert' */
  readonly strategy?: MergeStrategyName;
  /** scd2: when versions of this load begin and older ones end; ISO text. @default the load's time */
  readonly boundaryTimestamp?: string;
  /** scd2: the names of the validity columns. @default ['_dlt_valid_from', '_dlt_valid_to'] */
  readonly validityColumnNames?: readonly [from: string, to: string];
}

/** How rows meet those that are stored. */
export type WriteDisposition = 'append' | 'replace' | 'merge' | MergeDisposition;

/** What happens to data that the schema doesn't know: dlt's spelling is accepted too. */
export type SchemaContractMode =
  | 'evolve'
  | 'freeze'
  | 'discardRow'
  | 'discardValue'
  | 'discard_row'
  | 'discard_value';

/**
 * One mode for all, or one each for new tables, new columns, new data types of a column, and keys of one row that give
 * one name (`userId` and `user_id`): see docs/names.md.
 */
export type SchemaContractHint =
  | SchemaContractMode
  | {
      readonly tables?: SchemaContractMode;
      readonly columns?: SchemaContractMode;
      readonly dataType?: SchemaContractMode;
      readonly data_type?: SchemaContractMode;
      readonly names?: SchemaContractMode;
    };

/** What a rerun of an interval does to rows without a declared key. */
export type OnRerun = 'append' | 'replace';
