import { TidemarkError } from '../errors';
import {
  completeColumns,
  LIST_INDEX,
  LOAD_ID,
  PARENT_ID,
  ROOT_ID,
  ROW_ID,
  systemColumn,
  type TableSchema,
} from '../schema';
import { ownField } from '../value';
import { frozenTable } from './apply-hints';
import type { TableRules } from './cell-writer';
import type { LinkColumns, ListNode, RowPlan } from './row-plan';
import { createPlan } from './row-plan';
import type { StagingArea } from './staging-area';
import type { TableBuffer, TableColumn } from './table-buffer';

/**
 * The columns that link a table's rows, made if it lacks them. Called after the first row's own columns, so that they
 * follow those, as in dlt.
 */
export function linkColumns(plan: RowPlan, rootKey: boolean): LinkColumns {
  const { table } = plan;
  if (plan.isRoot) {
    // The load id is drawn in the commit: the column is in the schema, never in a chunk.
    complete(table.schema, LOAD_ID);
    return { id: column(table, ROW_ID), parent: undefined, index: undefined, root: undefined };
  }
  const root = rootKey ? column(table, ROOT_ID) : undefined;
  const parent = column(table, PARENT_ID);
  const index = column(table, LIST_INDEX);
  return { id: column(table, ROW_ID), parent, index, root };
}

/** The id column alone, for a row that brings its own id: it has the place in which the row has it. */
export function ownIdColumn(table: TableBuffer): void {
  column(table, ROW_ID);
}

function column(table: TableBuffer, name: string): TableColumn {
  return table.columns.get(name) ?? table.add(complete(table.schema, name), true);
}

function complete(table: TableSchema, name: string): TableSchema['columns'][string] {
  const known = ownField(table.columns, name);
  if (known?.data_type !== undefined) return known;
  const made = { ...systemColumn(name), ...known };
  delete table.columns[name];
  table.columns[name] = made;
  return made;
}

/** The parts of a resource's rules that its child tables share. */
export interface ChildRules {
  readonly contract: TableRules['contract'];
  /** Tables that this load created. */
  readonly created: Set<string>;
  readonly changes: string[];
}

/**
 * The plan of a list's child table, which is made with its first row. Undefined if the contract discards the table.
 * @throws TidemarkError CONTRACT_VIOLATION, SCHEMA_INVALID
 */
export function openChild(
  area: StagingArea,
  parent: RowPlan,
  list: ListNode,
  rules: ChildRules,
): RowPlan | undefined {
  if (list.plan !== undefined || list.refused) return list.plan;
  const known = ownField(area.schema.tables, list.table);
  if (known !== undefined && known.parent === undefined)
    throw new TidemarkError(
      'SCHEMA_INVALID',
      `A list in table "${parent.table.schema.name}" would fill table "${list.table}", which resource "${known.resource}" writes.` +
        ' Give that resource another tableName, or rename the field with map.',
    );
  if (known === undefined || completeColumns(known).length === 0) {
    if (rules.contract.tables === 'freeze') throw frozenTable(list.table);
    if (rules.contract.tables !== 'evolve') {
      list.refused = true;
      return undefined;
    }
    area.schema.tables[list.table] = {
      ...known,
      name: list.table,
      columns: known?.columns ?? {},
      parent: parent.table.schema.name,
    };
    rules.created.add(list.table);
    rules.changes.push(`new table ${list.table}`);
  }
  const isNew = rules.created.has(list.table);
  const place = { table: area.table(list.table), naming: area.naming, path: list.path, isRoot: false };
  list.plan = createPlan(
    { ...place, rules: { contract: rules.contract, isNew, declared: new Set(), spelled: new Set() } },
    { level: parent.root.level - 1, depth: list.depth + 2 },
  );
  return list.plan;
}
