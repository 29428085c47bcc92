import { VALUE_COLUMN } from '../schema';
import type { HintedTable } from './apply-hints';
import { CellWriter } from './cell-writer';
import { type Collected, collectRow, variantsFirst } from './collect-row';
import { BIGINT, BOOL, DOUBLE, TEXT, TIMESTAMP } from './column-buffer';
import { parseIsoTimestamp } from './iso-time';
import { type ChildRules, openChild, ownIdColumn } from './link-tables';
import { type Claim, knownVariant, settleNames } from './name-rivals';
import { nested, staysJson } from './nested-value';
import { RowLinker } from './row-linker';
import {
  addSlot,
  createPlan,
  type ListNode,
  listAt,
  type ObjectNode,
  objectAt,
  type RowPlan,
  type Slot,
} from './row-plan';
import type { StagingArea } from './staging-area';
import { valueType } from './value-type';

type Fields = Readonly<Record<string, unknown>>;

/** What became of a row or a cell on the fast path. */
const DONE = 0;
/** A key is new or contested: the row is written again, with care. */
const REDO = 1;
const DISCARD = 2;

/**
 * Writes the rows of one root table and of the tables below it. A row whose keys are all known goes straight from its
 * fields into the columns' buffers; one that brings a new key is collected first, since the last of two equal names wins.
 */
export class RowWriter {
  readonly plan: RowPlan;
  readonly #area: StagingArea;
  readonly #hinted: HintedTable;
  readonly #children: ChildRules;
  readonly #cells: CellWriter;
  readonly #discard: (table: string, kind: 'rows' | 'values', count: number) => void;
  readonly #linker: RowLinker;
  #ownId: string | undefined;
  /** The number of the root row that is being written, among the load's rows of its table. */
  #root = 0;
  /** Values of this row that the contract left out. */
  #leftOut = 0;
  // Objects and lists that wait until their row's own fields are written: two stacks, so that nothing is allocated.
  readonly #objects: ObjectNode[] = [];
  readonly #objectValues: Fields[] = [];
  #objectTop = 0;
  readonly #lists: ListNode[] = [];
  readonly #listValues: (readonly unknown[])[] = [];
  #listTop = 0;

  constructor(
    area: StagingArea,
    hinted: HintedTable,
    changes: string[],
    discard: (table: string, kind: 'rows' | 'values', count: number) => void,
  ) {
    this.#area = area;
    this.#hinted = hinted;
    this.#discard = discard;
    this.#children = { contract: hinted.rules.contract, created: new Set(), changes };
    this.#cells = new CellWriter(area, changes);
    this.#linker = new RowLinker(area.ids, hinted);
    const table = area.table(hinted.table.name);
    this.plan = createPlan(
      { table, rules: hinted.rules, naming: area.naming, path: [hinted.table.name], isRoot: true },
      { level: hinted.nesting, depth: 1 },
    );
  }

  /** Writes an item with everything nested in it. Anything but an object becomes a row with the one column `value`. */
  write(item: unknown): void {
    const fields = typeof item === 'object' && item !== null ? nested(item) : undefined;
    this.#root = this.plan.table.total;
    if (fields === undefined || Array.isArray(fields))
      this.#writeRow(this.plan, { [VALUE_COLUMN]: item }, 0, 0);
    else this.#writeRow(this.plan, fields as Fields, 0, 0);
  }

  /** Adds the rows written so far to the counts of their tables. */
  countRows(counts: Map<string, number>, plan: RowPlan = this.plan): void {
    const { name } = plan.table.schema;
    counts.set(name, (counts.get(name) ?? 0) + plan.rows);
    for (const list of plan.lists.values()) if (list.plan !== undefined) this.countRows(counts, list.plan);
    if (plan.inner !== undefined) this.countRows(counts, plan.inner);
  }

  #writeRow(plan: RowPlan, item: Fields, depth: number, index: number): void {
    const { table } = plan;
    const row = table.beginRow();
    const lists = this.#listTop;
    const objects = this.#objectTop;
    this.#ownId = undefined;
    this.#leftOut = 0;
    const careful = plan.isRoot && this.#hinted.identity === 'key';
    let outcome = careful ? REDO : this.#writeObject(plan, plan.root, item, row);
    if (outcome === REDO) {
      if (!careful) table.undoRow();
      this.#listTop = lists;
      this.#objectTop = objects;
      this.#leftOut = 0;
      outcome = this.#writeCarefully(plan, item, row);
    }
    this.#finishRow(plan, outcome, item, depth, index, lists);
  }

  #finishRow(
    plan: RowPlan,
    outcome: number,
    item: Fields,
    depth: number,
    index: number,
    lists: number,
  ): void {
    if (outcome === DISCARD) {
      plan.table.undoRow();
      this.#listTop = lists;
      this.#discard(plan.table.schema.name, 'rows', 1);
      return;
    }
    if (this.#leftOut > 0) this.#discard(plan.table.schema.name, 'values', this.#leftOut);
    this.#linker.link(plan, item, depth, index, this.#ownId);
    plan.table.endRow(plan.isRoot ? undefined : this.#root);
    plan.rows++;
    const end = this.#listTop;
    for (let at = lists; at < end; at++) {
      const list = this.#lists[at];
      const values = this.#listValues[at];
      if (list !== undefined && values !== undefined) this.#writeList(plan, list, values, depth + 1);
    }
    this.#listTop = lists;
  }

  #writeObject(plan: RowPlan, node: ObjectNode, fields: Fields, row: number): number {
    const base = this.#objectTop;
    let previous: Slot | undefined;
    let slot = node.first;
    for (const key in fields) {
      if (slot === undefined || slot.key !== key) {
        slot = node.slots.get(key);
        if (slot === undefined) return REDO;
        if (previous === undefined) node.first = slot;
        else previous.next = slot;
      }
      if (slot.contested) return REDO;
      const cell = fields[key];
      const outcome =
        typeof cell === 'object' && cell !== null
          ? this.#writeNested(plan, slot, cell, row)
          : this.#writeScalar(plan, slot, cell, row);
      if (outcome !== DONE) return outcome;
      previous = slot;
      slot = slot.next;
    }
    while (this.#objectTop > base) {
      const at = --this.#objectTop;
      const outcome = this.#writeObject(
        plan,
        this.#objects[at] as ObjectNode,
        this.#objectValues[at] as Fields,
        row,
      );
      if (outcome !== DONE) return outcome;
    }
    return DONE;
  }

  #writeScalar(plan: RowPlan, slot: Slot, cell: unknown, row: number): number {
    const { buffer } = slot;
    if (buffer !== undefined) {
      const { kind } = buffer;
      if (typeof cell === 'string') {
        if (kind === TEXT) {
          buffer.putText(row, cell);
          return DONE;
        }
        if (kind === TIMESTAMP) {
          const instant = parseIsoTimestamp(cell);
          if (typeof instant === 'number') {
            buffer.putInteger(row, instant);
            return DONE;
          }
        }
      } else if (typeof cell === 'number') {
        if (kind === BIGINT) {
          if (Number.isSafeInteger(cell)) {
            buffer.putInteger(row, cell);
            return DONE;
          }
        } else if (kind === DOUBLE) {
          buffer.putDouble(row, cell);
          return DONE;
        }
      } else if (typeof cell === 'boolean' && kind === BOOL) {
        buffer.putBool(row, cell);
        return DONE;
      }
    }
    if (cell === null || cell === undefined) {
      if (slot.column === undefined || slot.column.schema.nullable !== false) return DONE;
    }
    return this.#writeSlowly(plan, slot, cell);
  }

  #writeSlowly(plan: RowPlan, slot: Slot, cell: unknown): number {
    if (slot.role !== 'cell') {
      if (slot.role === 'own-id' && valueType(cell) !== 'json' && String(cell ?? '') !== '') {
        ownIdColumn(plan.table);
        this.#ownId = String(cell);
      }
      return DONE;
    }
    const outcome = this.#cells.write(plan.table, plan.rules, slot.name, cell);
    if (slot.column === undefined) {
      slot.column = plan.table.columns.get(slot.name);
      slot.buffer = slot.column?.buffer;
    }
    if (outcome === 'kept') return DONE;
    if (outcome === 'discard-row') return DISCARD;
    this.#leftOut++;
    return DONE;
  }

  #writeNested(plan: RowPlan, slot: Slot, cell: object, row: number): number {
    const value = nested(cell);
    if (value === undefined || slot.role !== 'cell') return this.#writeScalar(plan, slot, cell, row);
    if (staysJson(plan, slot)) return this.#writeSlowly(plan, slot, value);
    if (Array.isArray(value)) this.#pushList(listAt(plan, slot), value);
    else {
      const at = this.#objectTop++;
      this.#objects[at] = slot.object ?? objectAt(slot);
      this.#objectValues[at] = value as Fields;
    }
    return DONE;
  }

  #pushList(list: ListNode, values: readonly unknown[]): void {
    const at = this.#listTop++;
    this.#lists[at] = list;
    this.#listValues[at] = values;
  }

  /** Collects a row before it is written, and settles which of several values that come for one name are kept where. */
  #writeCarefully(plan: RowPlan, item: Fields, row: number): number {
    const collected = collectRow(plan, item, (node, key) => this.#slotOf(plan, node, key));
    const cells = this.#settle(plan, collected.cells, 'column');
    const lists = this.#settle(plan, collected.lists, 'table');
    if (cells === undefined || lists === undefined) return DISCARD;
    if (plan.isRoot && this.#hinted.identity === 'key')
      this.#linker.takeKey((name) => cells.findLast(({ slot }) => slot.name === name)?.value);
    for (const { slot, value } of variantsFirst(cells, plan)) {
      const outcome = this.#writeScalar(plan, slot, value, row);
      if (outcome !== DONE) return outcome;
    }
    for (const { slot, value } of lists) this.#pushList(listAt(plan, slot), value);
    return DONE;
  }

  #slotOf(plan: RowPlan, node: ObjectNode, key: string): Slot {
    const known = node.slots.get(key);
    if (known !== undefined) return known;
    const slot = addSlot(plan, node, key);
    if (slot.role === 'cell') knownVariant(plan, slot, (table) => this.#hasTable(table));
    return slot;
  }

  #hasTable(name: string): boolean {
    return Object.hasOwn(this.#area.schema.tables, name);
  }

  /** What is written of collected values, in their order; undefined if the row goes. */
  #settle<T>(plan: RowPlan, collected: Collected<T>, as: 'column' | 'table'): Claim<T>[] | undefined {
    const settled: Claim<T>[] = [];
    const { rules, table } = plan;
    for (const claims of collected.values()) {
      if (claims.length === 1) {
        settled.push(claims[0]);
        continue;
      }
      const { written, lost } = settleNames(claims, {
        plan,
        mode: rules.isNew || as === 'table' ? 'evolve' : rules.contract.columns,
        isKnown: (path) =>
          as === 'table'
            ? this.#hasTable(plan.naming.join([...plan.path, ...path]))
            : Object.hasOwn(table.schema.columns, plan.naming.join(path)),
        changes: this.#children.changes,
      });
      if (written === undefined) return undefined;
      settled.push(...written);
      for (const { slot, value } of lost) {
        if (Array.isArray(value) && as === 'table')
          this.#discard(listAt(plan, slot).table, 'rows', value.length);
        else this.#leftOut++;
      }
    }
    return settled;
  }

  #writeList(parent: RowPlan, list: ListNode, values: readonly unknown[], depth: number): void {
    if (values.length === 0) return;
    const plan = list.plan ?? openChild(this.#area, parent, list, this.#children);
    if (plan === undefined) {
      this.#discard(list.table, 'rows', values.length);
      return;
    }
    for (let index = 0; index < values.length; index++) {
      const cell = values[index];
      const value = typeof cell === 'object' && cell !== null ? nested(cell) : undefined;
      if (value === undefined) {
        this.#ownId = undefined;
        this.#leftOut = 0;
        const outcome = this.#writeScalar(plan, plan.value, cell, plan.table.beginRow());
        this.#finishRow(plan, outcome, NO_FIELDS, depth, index, this.#listTop);
      } else if (Array.isArray(value)) {
        plan.inner ??= createPlan(plan, { level: plan.root.level - 1, depth: plan.root.depth - 1 });
        this.#writeRow(plan.inner, { list: value }, depth, index);
      } else this.#writeRow(plan, value as Fields, depth, index);
    }
  }
}

const NO_FIELDS: Fields = {};
