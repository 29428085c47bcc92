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
