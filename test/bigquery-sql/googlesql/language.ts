import { type Bytes, flag, message, nested, text, whole } from './wire';

/*
 * The language that BigQuery speaks, out of all that GoogleSQL can be told to speak: what BigQuery's reference documents. What it
 * doesn't is off, so that it is refused: aggregates with FILTER, braced constructors, INSERT ON CONFLICT, LIMIT ALL. Geography
 * is off, too: nothing here has it, and its functions take a third of the time that it takes to make a catalog.
 */

const FEATURES: Readonly<Record<string, number>> = {
  ANALYTIC_FUNCTIONS: 1,
  TABLESAMPLE: 2,
  DML_UPDATE_WITH_JOIN: 6,
  TABLE_VALUED_FUNCTIONS: 8,
  GROUP_BY_ROLLUP: 12,
  TEMPLATE_FUNCTIONS: 13,
  CREATE_TABLE_PARTITION_BY: 14,
  CREATE_TABLE_CLUSTER_BY: 15,
  NUMERIC_TYPE: 16,
  CREATE_TABLE_NOT_NULL: 17,
  CREATE_TABLE_FIELD_ANNOTATIONS: 18,
  CREATE_TABLE_AS_SELECT_COLUMN_LIST: 19,
  FOREIGN_KEYS: 27,
  NAMED_ARGUMENTS: 31,
  UNENFORCED_PRIMARY_KEYS: 40,
  BIGNUMERIC_TYPE: 41,
  JSON_TYPE: 43,
  INTERVAL_TYPE: 49,
  PARAMETERIZED_TYPES: 56,
  CREATE_TABLE_LIKE: 57,
  JSON_ARRAY_FUNCTIONS: 58,
  CREATE_VIEW_WITH_COLUMN_LIST: 59,
  CREATE_TABLE_CLONE: 60,
  ALTER_COLUMN_SET_DATA_TYPE: 62,
  CREATE_SNAPSHOT_TABLE: 63,
  CREATE_TABLE_COPY: 66,
  ALTER_TABLE_RENAME_COLUMN: 67,
  JSON_VALUE_EXTRACTION_FUNCTIONS: 68,
  TIME_BUCKET_FUNCTIONS: 71,
  RANGE_TYPE: 73,
  ROUND_WITH_ROUNDING_MODE: 76,
  JSON_LAX_VALUE_EXTRACTION_FUNCTIONS: 81,
  JSON_CONSTRUCTOR_FUNCTIONS: 93,
  JSON_MUTATOR_FUNCTIONS: 98,
  PIPES: 101,
  JSON_KEYS_FUNCTION: 118,
  ORDER_BY_COLLATE: 11001,
  WITH_ON_SUBQUERY: 11002,
  SELECT_STAR_EXCEPT_REPLACE: 11003,
  ORDER_BY_IN_AGGREGATE: 11004,
  CAST_DIFFERENT_ARRAY_TYPES: 11005,
  LIMIT_IN_AGGREGATE: 11007,
  HAVING_IN_AGGREGATE: 11008,
  NULL_HANDLING_MODIFIER_IN_ANALYTIC: 11009,
  NULL_HANDLING_MODIFIER_IN_AGGREGATE: 11010,
  FOR_SYSTEM_TIME_AS_OF: 11011,
  CIVIL_TIME: 12001,
  SAFE_FUNCTION_CALL: 12002,
  GROUP_BY_STRUCT: 12003,
  GROUP_BY_ARRAY: 12005,
  WEEK_WITH_WEEKDAY: 12008,
  OMIT_INSERT_COLUMN_LIST: 13005,
  NULLS_FIRST_LAST_IN_ORDER_BY: 13008,
  ALLOW_DASHES_IN_TABLE_NAME: 13009,
  WITH_RECURSIVE: 13011,
  DECIMAL_ALIAS: 13014,
  ALLOW_REGEXP_EXTRACT_OPTIONALS: 13017,
  DATE_TIME_CONSTRUCTORS: 13018,
  DATE_ARITHMETICS: 13019,
  ADDITIONAL_STRING_FUNCTIONS: 13020,
  EXTENDED_DATE_TIME_SIGNATURES: 13022,
  PIVOT: 13025,
  IS_DISTINCT: 13028,
  FORMAT_IN_CAST: 13029,
  UNPIVOT: 13030,
  QUALIFY: 13033,
  REPEAT: 13034,
  COLUMN_DEFAULT_VALUE: 13035,
  FOR_IN: 13036,
  LIKE_ANY_SOME_ALL: 13038,
  CASE_STMT: 13039,
  SCRIPT_LABEL: 13042,
  GROUPING_BUILTIN: 14020,
  GROUPING_SETS: 14021,
  GROUP_BY_ALL: 14039,
};

/** Kinds of resolved statements that BigQuery runs, and that a destination may send. */
const STATEMENTS: Readonly<Record<string, number>> = {
  QUERY: 38,
  CREATE_TABLE_AS_SELECT: 40,
  CREATE_VIEW: 41,
  BEGIN: 47,
  COMMIT: 48,
  ROLLBACK: 49,
  DROP: 50,
  INSERT: 63,
  DELETE: 64,
  UPDATE: 66,
  CREATE_TABLE: 90,
  MERGE: 101,
  ALTER_TABLE: 115,
  TRUNCATE: 133,
  ASSIGNMENT: 142,
  CREATE_SCHEMA: 157,
  ALTER_SCHEMA: 160,
};

const PRODUCT_EXTERNAL = 1;
const NAME_RESOLUTION_DEFAULT = 0;

/** LanguageOptionsProto */
export const LANGUAGE: Bytes = message(
  whole(2, NAME_RESOLUTION_DEFAULT),
  whole(3, PRODUCT_EXTERNAL),
  flag(4, false),
  ...Object.values(FEATURES).map((number) => whole(5, number)),
  ...Object.values(STATEMENTS).map((number) => whole(6, number)),
  text(8, 'QUALIFY'),
);

/** AnalyzerOptionsProto: of what a statement refers to beside the catalog. */
export interface Context {
  /** Encoded types of named parameters. */
  readonly named: ReadonlyMap<string, Bytes>;
  /** Encoded types of `?`, in their order; such a statement has no named ones. */
  readonly positional?: readonly Bytes[] | undefined;
  /** Encoded types of `@@…`, by their paths. */
  readonly system: ReadonlyMap<string, Bytes>;
}

const ONE_LINE = 1;
const POSITIONAL = 1;

export function analyzerOptions({ named, positional, system }: Context): Bytes {
  return message(
    nested(1, LANGUAGE),
    ...[...named].map(([name, type]) => nested(2, message(text(1, name), nested(2, type)))),
    ...(positional ?? []).map((type) => nested(12, type)),
    whole(6, ONE_LINE),
    text(7, 'UTC'),
    flag(9, false),
    flag(10, false),
    ...(positional === undefined ? [] : [whole(13, POSITIONAL)]),
    ...[...system].map(([path, type]) =>
      nested(18, message(...path.split('.').map((name) => text(1, name)), nested(2, type))),
    ),
  );
}
