import { TidemarkError } from '../errors';
import type { HintedTable } from './apply-hints';
import { CLOSED } from './column-buffer';
import { linkColumns } from './link-tables';
import { childHashId, idText, keyHashId, type RandomIds, type RowId, rowHashId } from './row-ids';
import type { RowPlan } from './row-plan';
import type { TableColumn } from './table-buffer';
import { valueType } from './value-type';

/**
 * Gives rows their own ids and those of their parent and root rows. Ids are drawn where any unique one will do; where a
 * later load must find the row again (upsert, insert-only, scd2), they follow from its content as in dlt.
 */
export class RowLinker {
  readonly #random: RandomIds;
  readonly #hinted: HintedTable;
  /** The id of the row being written at each depth, the root's first. */
  readonly #ids: RowId[] = [];
  #key: Record<string, unknown> = {};

  constructor(random: RandomIds, hinted: HintedTable) {
    this.#random = random;
    this.#hinted = hinted;
  }

  /**
   * Notes the key of the root row that is being written.
   * @throws TidemarkError NULL_IN_NOT_NULL if a part of it is missing
   */
  takeKey(cellOf: (name: string) => unknown): void {
    const { name: table } = this.#hinted.table;
    this.#key = {};
    for (const name of this.#hinted.primaryKey) {
      const value = cellOf(name);
      if (valueType(value) === undefined)
        throw new TidemarkError(
          'NULL_IN_NOT_NULL',
          `A row of table "${table}" has no value for "${name}", a column of its primary key. Leave such rows out with filter.`,
          { details: { table, column: name } },
        );
      this.#key[name] = value;
    }
  }

  /** Writes the link columns of the row that the plan's table is at. */
  link(
    plan: RowPlan,
    item: Readonly<Record<string, unknown>>,
    depth: number,
    index: number,
    ownId: string | undefined,
  ): void {
    plan.links ??= linkColumns(plan, this.#hinted.rootKey);
    const { id: column, parent, index: position, root } = plan.links;
    const id = this.#idAt(depth);
    if (ownId !== undefined) id.text = ownId;
    else this.#draw(plan, id, item, depth, index);
    putId(plan, column, id);
    if (parent === undefined || position === undefined) return;
    putId(plan, parent, this.#idAt(depth - 1));
    if (root !== undefined) putId(plan, root, this.#idAt(0));
    if (position.buffer.kind === CLOSED) position.buffer.open(plan.table.capacity);
    position.buffer.putInteger(plan.table.rows, index);
  }

  #draw(
    plan: RowPlan,
    id: RowId,
    item: Readonly<Record<string, unknown>>,
    depth: number,
    index: number,
  ): void {
    const { identity } = this.#hinted;
    if (identity === 'random') this.#random.draw(id);
    else if (!plan.isRoot)
      id.text = childHashId(idText(this.#idAt(depth - 1)), plan.table.schema.name, index);
    else id.text = identity === 'key' ? keyHashId(this.#key) : rowHashId(item);
  }

  #idAt(depth: number): RowId {
    let id = this.#ids[depth];
    if (id === undefined) {
      id = { first: 0, second: 0, third: 0, text: undefined };
      this.#ids[depth] = id;
    }
    return id;
  }
}

function putId(plan: RowPlan, column: TableColumn, id: RowId): void {
  if (column.buffer.kind === CLOSED) column.buffer.open(plan.table.capacity);
  column.buffer.putId(plan.table.rows, id);
}
