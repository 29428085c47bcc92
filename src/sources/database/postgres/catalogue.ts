import type { ClientBase } from 'pg';
import type { ArrayTypes } from '../../../postgres-client';
import type { ColumnShape, NestedValues, TableName, TableShape } from '../types';
import { unknownTable } from '../unknown-table';
import { cursorTypesOf, hintOf, isCollated } from './type-map';

/** Tables, partitioned tables, views, materialized views, foreign tables. */
const KINDS = "('r', 'p', 'v', 'm', 'f')";

const FIND_TABLE = `
  SELECT c.oid::int8::text AS oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ${KINDS}`;

const TABLES = `
  SELECT c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind IN ${KINDS} ORDER BY 1`;

const SCHEMAS = `
  SELECT nspname AS name FROM pg_catalog.pg_namespace
  WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1`;

/** The columns of a table; a domain is listed as what it is made of in the end, also one over other domains. */
const COLUMNS = `
  SELECT a.attname AS name, NOT a.attnotnull AS nullable, b.oid::int8::text AS oid, base.modifier,
    pg_catalog.format_type(b.oid, NULL) AS type,
    b.typcategory = 'A' AND b.typelem <> 0 AS is_array, b.typelem::int8::text AS element,
    coalesce(e.typdelim, ',') AS delimiter
  FROM pg_catalog.pg_attribute a
  CROSS JOIN LATERAL (
    WITH RECURSIVE made_of (oid, modifier) AS (
      SELECT a.atttypid, a.atttypmod
      UNION ALL
      SELECT d.typbasetype, d.typtypmod FROM made_of JOIN pg_catalog.pg_type d ON d.oid = made_of.oid
      WHERE d.typtype = 'd')
    SELECT made_of.oid, made_of.modifier FROM made_of JOIN pg_catalog.pg_type d ON d.oid = made_of.oid
    WHERE d.typtype <> 'd') AS base
  JOIN pg_catalog.pg_type b ON b.oid = base.oid
  LEFT JOIN pg_catalog.pg_type e ON e.oid = b.typelem
  WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

const PRIMARY_KEY = `
  SELECT a.attname AS name
  FROM pg_catalog.pg_index i
  CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  WHERE i.indrelid = $1::oid AND i.indisprimary ORDER BY k.place`;

interface ColumnRow {
  readonly name: string;
  readonly nullable: boolean;
  readonly oid: string;
  readonly modifier: number;
  readonly type: string;
  readonly is_array: boolean;
  readonly element: string;
  readonly delimiter: string;
}

/** A table as the catalogue has it, with the arrays among its columns. */
interface PostgresShape extends TableShape {
  readonly arrays: ArrayTypes;
}

/** @throws SOURCE_NOT_FOUND naming the nearest table or schema */
export async function describeTable(
  client: ClientBase,
  { schema, table }: TableName,
  nested: NestedValues,
): Promise<PostgresShape> {
  const [found] = (await client.query<{ oid: string }>(FIND_TABLE, [schema, table])).rows;
  if (found === undefined) {
    const names = async (sql: string, params: readonly string[]): Promise<readonly string[]> =>
      (await client.query<{ name: string }>(sql, [...params])).rows.map(({ name }) => name);
    throw await unknownTable(
      { schema, table },
      {
        schemas: () => names(SCHEMAS, []),
        tables: () => names(TABLES, [schema]),
        none: 'it has none that this user sees.',
      },
    );
  }
  const columns = (await client.query<ColumnRow>(COLUMNS, [found.oid])).rows;
  const key = (await client.query<{ name: string }>(PRIMARY_KEY, [found.oid])).rows;
  return {
    columns: columns.map((column) => columnShape(column, nested)),
    primaryKey: key.map(({ name }) => name),
    arrays: new Map(
      columns
        .filter((column) => column.is_array)
        .map(({ oid, element, delimiter }) => [Number(oid), { element: Number(element), delimiter }]),
    ),
  };
}

function columnShape(column: ColumnRow, nested: NestedValues): ColumnShape {
  const oid = Number(column.oid);
  const list = nested === 'json' ? ({ dataType: 'json' } as const) : {};
  return {
    name: column.name,
    // a text is cast to text: "character" alone would be one letter
    type: isCollated(oid) ? 'text' : column.type,
    nullable: column.nullable,
    hint: column.is_array ? list : hintOf(oid, column.modifier, nested),
    cursorTypes: cursorTypesOf(oid),
    collation: isCollated(oid) ? '"C"' : undefined,
  };
}
