import type { Claim, Claims } from './name-rivals';
import { nested, staysJson } from './nested-value';
import { listAt, type ObjectNode, objectAt, type RowPlan, type Slot } from './row-plan';

type Fields = Readonly<Record<string, unknown>>;

/** What the keys of a row bring for each name; more than one where keys give one name. */
export type Collected<T> = ReadonlyMap<unknown, Claims<T>>;

interface CollectedRow {
  readonly cells: Collected<unknown>;
  readonly lists: Collected<readonly unknown[]>;
}

/** Collects the fields of a row and of the objects in it, in dlt's order: its own first, those of objects after them. */
export function collectRow(
  plan: RowPlan,
  item: Fields,
  slotOf: (node: ObjectNode, key: string) => Slot,
): CollectedRow {
  const cells = new Map<unknown, Claims<unknown>>();
  const lists = new Map<unknown, Claims<readonly unknown[]>>();
  const waiting: [ObjectNode, Fields][] = [[plan.root, item]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, fields] = next;
    for (const key in fields) {
      const slot = slotOf(node, key);
      const cell = fields[key];
      const value =
        typeof cell === 'object' && cell !== null && slot.role === 'cell' ? nested(cell) : undefined;
      if (value === undefined || staysJson(plan, slot))
        claim(cells, slot.name, { slot, value: value ?? cell });
      else if (!Array.isArray(value)) waiting.push([objectAt(slot), value as Fields]);
      else if (value.length > 0) claim(lists, listAt(plan, slot), { slot, value });
    }
  }
  return { cells, lists };
}

function claim<T>(claims: Map<unknown, Claims<T>>, of: unknown, one: Claim<T>): void {
  const known = claims.get(of);
  claims.set(of, known === undefined ? [one] : [...known, one]);
}

/**
 * The cells in an order in which a key that is named like a column's variant (`v__v_text`) is written before the column
 * may need that variant.
 */
export function variantsFirst(
  cells: readonly Claim<unknown>[],
  { table, naming }: Pick<RowPlan, 'table' | 'naming'>,
): readonly Claim<unknown>[] {
  // of which column a name without its middle is a variant can't be seen
  const isVariant = ({ slot: { name, variantOf } }: Claim<unknown>): boolean =>
    variantOf !== undefined && (table.columns.has(variantOf) || naming.mayBeCut(name));
  if (!cells.some(isVariant)) return cells;
  return [...cells.filter(isVariant), ...cells.filter((cell) => !isVariant(cell))];
}
