import type { Dataset } from '../../destination';
import {
  isSystemName,
  LIST_INDEX,
  PARENT_ID,
  ROW_ID,
  type StoredSchema,
  type TableSchema,
  VALUE_COLUMN,
} from '../../schema';
import type { DataType } from '../../value';

/** A row as it is stored, without dlt's columns, and the rows of its child tables by the name of the list. */
export interface TestRow {
  readonly cells: Readonly<Record<string, unknown>>;
  readonly children: Readonly<Record<string, readonly TestRow[]>>;
}

/** A table with its rows and its child tables. */
export interface TestTable {
  readonly name: string;
  /** The type of each column that the schema knows. */
  readonly columns: ReadonlyMap<string, DataType | undefined>;
  /** The columns of its primary key; none where it has no key. */
  readonly key: readonly string[];
  /** Child tables by what is left of their name: `labels` of `issues__labels`. */
  readonly children: Readonly<Record<string, TestTable>>;
  /** Whether a row is one value of a list: `['bug', 'ui']` became rows with the column `value`. */
  readonly isList: boolean;
  readonly rows: readonly TestRow[];
}

/** The tables of a dataset by name, child tables too. */
export type TestTables = ReadonlyMap<string, TestTable>;

type StoredRow = Readonly<Record<string, unknown>>;

/** Reads every table that a source has filled; dlt's and tidemark's own are left out. */
export async function readTables(dataset: Dataset, schemaName: string): Promise<TestTables> {
  const { schema } = await dataset.snapshot(schemaName);
  const stored = new Map<string, readonly StoredRow[]>();
  for (const name of (await dataset.tables()).keys()) {
    if (schema?.tables[name] === undefined || isSystemName(name)) continue;
    stored.set(name, (await dataset.query(`SELECT * FROM ${dataset.qualify(name)}`)).rows);
  }
  return schema === undefined ? new Map() : nested(schema, stored);
}

function nested(schema: StoredSchema, stored: ReadonlyMap<string, readonly StoredRow[]>): TestTables {
  const made = new Map<string, TestTable>();
  const tableOf = (name: string): TestTable => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const table = schema.tables[name]!;
    const children = Object.fromEntries(
      [...stored.keys()]
        .filter((other) => schema.tables[other]?.parent === name)
        .map((other) => [
          other.startsWith(`${name}__`) ? other.slice(name.length + 2) : other,
          tableOf(other),
        ]),
    );
    const below = Object.entries(children).map(
      ([property, child]) => [property, rowsByParent(child, stored.get(child.name) ?? [])] as const,
    );
    const rows = (stored.get(name) ?? []).map((row) => ({
      cells: Object.fromEntries(Object.entries(row).filter(([column]) => !isSystemName(column))),
      children: Object.fromEntries(
        below.map(([property, byParent]) => [property, byParent.get(row[ROW_ID]) ?? []]),
      ),
    }));
    const columns = columnsOf(table);
    const isList =
      table.parent !== undefined && below.length === 0 && columns.size === 1 && columns.has(VALUE_COLUMN);
    const result: TestTable = { name, columns, key: keyOf(table), children, isList, rows };
    made.set(name, result);
    return result;
  };
  return new Map([...stored.keys()].sort().map((name) => [name, tableOf(name)]));
}

/** The rows of a child table by the id of the row above them, in the order of the list. */
function rowsByParent(child: TestTable, stored: readonly StoredRow[]): ReadonlyMap<unknown, TestRow[]> {
  const order = stored.map((_, at) => at);
  order.sort((a, b) => Number(stored[a]![LIST_INDEX]) - Number(stored[b]![LIST_INDEX]));
  const byParent = new Map<unknown, TestRow[]>();
  for (const at of order) {
    const parent = stored[at]![PARENT_ID];
    const rows = byParent.get(parent) ?? [];
    rows.push(child.rows[at]!);
    byParent.set(parent, rows);
  }
  return byParent;
}

const columnsOf = ({ columns }: TableSchema): TestTable['columns'] =>
  new Map(
    Object.values(columns)
      .filter(({ name }) => !isSystemName(name))
      .map(({ name, data_type }) => [name, data_type]),
  );

const keyOf = ({ columns }: TableSchema): readonly string[] =>
  Object.values(columns)
    .filter(({ primary_key }) => primary_key === true)
    .map(({ name }) => name);
