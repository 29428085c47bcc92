import {
  isBlank,
  LIST_INDEX,
  LOAD_ID,
  type NamingRules,
  PARENT_ID,
  ROOT_ID,
  ROW_ID,
  VALUE_COLUMN,
} from '../schema';
import { DATA_TYPES, MOST_LEVELS } from '../value';
import type { TableRules } from './cell-writer';
import type { ColumnBuffer } from './column-buffer';
import { RowFault } from './row-fault';
import type { TableBuffer, TableColumn } from './table-buffer';

/** How a key is treated: as a column, as the row's own id, or not at all. */
type SlotRole = 'cell' | 'own-id' | 'ignored';

/** One key of an object at one place in a resource's rows, and where its value goes. */
export interface Slot {
  readonly key: string;
  /** The key's name in its table. */
  fragment: string;
  /** Full name of the column that a scalar goes to. */
  name: string;
  /** The column that this one is a variant of by its name (`v` for `v__v_text`), whether it is there or not. */
  variantOf: string | undefined;
  readonly role: SlotRole;
  readonly node: ObjectNode;
  /** Set once a value came that isn't null. */
  column: TableColumn | undefined;
  buffer: ColumnBuffer | undefined;
  /** Whether objects and lists stay here as JSON; undefined until one comes. */
  stays: boolean | undefined;
  object: ObjectNode | undefined;
  list: ListNode | undefined;
  /** The key that followed this one last time. */
  next: Slot | undefined;
  /** Whether another key has the same name, or a variant may have it: the row is then written the careful way. */
  contested: boolean;
}

/** An object at one place: the row itself, or one that is flattened into it. */
export interface ObjectNode {
  readonly path: readonly string[];
  /** The keys that lead to it, in the source's spelling. */
  readonly keys: readonly string[];
  /** Levels of nesting that are still unfolded below it. */
  readonly level: number;
  /** Levels of nesting in the row above the values of its fields. */
  readonly depth: number;
  readonly slots: Map<string, Slot>;
  first: Slot | undefined;
}

/** A list at one place, which becomes rows of a child table. */
export interface ListNode {
  readonly table: string;
  readonly path: readonly string[];
  /** Levels of nesting in the row above it. */
  readonly depth: number;
  plan: RowPlan | undefined;
  /** Whether a schema contract refuses its table. */
  refused: boolean;
}

/** The columns that link rows; they are found when the first row of the table is complete. */
export interface LinkColumns {
  readonly id: TableColumn;
  readonly parent: TableColumn | undefined;
  readonly index: TableColumn | undefined;
  readonly root: TableColumn | undefined;
}

/** How rows of one table at one place are written. A table reached at two places has two plans. */
export interface RowPlan {
  readonly table: TableBuffer;
  readonly rules: TableRules;
  readonly naming: NamingRules;
  /** Names of the tables from the root down, which a child's name is made of. */
  readonly path: readonly string[];
  readonly isRoot: boolean;
  readonly root: ObjectNode;
  /** Where a value of a list of scalars goes. */
  readonly value: Slot;
  /** The slots of each name: several where keys give one name. */
  readonly names: Map<string, Slot[]>;
  readonly lists: Map<string, ListNode>;
  links: LinkColumns | undefined;
  /** The plan of lists directly inside this list, which cost a level more. */
  inner: RowPlan | undefined;
  /** Rows written. */
  rows: number;
}

const EMPTY_KEY = '_empty';
/** The name of a variant for values that a column's type doesn't take; a key may have such a name too. */
const TYPE_VARIANT = new RegExp(`__v_(${DATA_TYPES.join('|')})$`);
const LINKS: ReadonlySet<string> = new Set([LOAD_ID, ROW_ID, PARENT_ID, LIST_INDEX, ROOT_ID]);

/** The parts of a plan that its place decides. */
type PlanPlace = Pick<RowPlan, 'table' | 'rules' | 'naming' | 'path' | 'isRoot'>;

export function createPlan(
  { table, rules, naming, path, isRoot }: PlanPlace,
  { level, depth }: Pick<ObjectNode, 'level' | 'depth'>,
): RowPlan {
  const root = objectNode([], [], { level, depth });
  const value = newSlot(naming, { key: VALUE_COLUMN, fragment: VALUE_COLUMN, node: root });
  return {
    table,
    rules,
    naming,
    path,
    isRoot,
    root,
    value,
    names: new Map(),
    lists: new Map(),
    links: undefined,
    inner: undefined,
    rows: 0,
  };
}

/** The slot of a key that is seen for the first time at this place. */
export function addSlot(plan: RowPlan, node: ObjectNode, key: string): Slot {
  const fragment = fragmentOf(key, plan.naming);
  const unplaced = newSlot(plan.naming, { key, fragment, node });
  const slot = { ...unplaced, role: roleOf(plan, unplaced.name) };
  register(plan, slot);
  node.slots.set(key, slot);
  return slot;
}

/** Gives a slot a name that no other key has; what was known of its column goes. */
export function renameSlot(plan: RowPlan, slot: Slot, fragment: string): void {
  const rivals = (plan.names.get(slot.name) ?? []).filter((rival) => rival !== slot);
  plan.names.set(slot.name, rivals);
  const [only] = rivals;
  if (only !== undefined && rivals.length === 1) only.contested = TYPE_VARIANT.test(only.name);
  const { key, node, role, next } = slot;
  Object.assign(slot, { ...newSlot(plan.naming, { key, fragment, node }), role, next });
  register(plan, slot);
}

function register(plan: RowPlan, slot: Slot): void {
  const rivals = plan.names.get(slot.name) ?? [];
  rivals.push(slot);
  plan.names.set(slot.name, rivals);
  if (rivals.length > 1) for (const rival of rivals) rival.contested = true;
  slot.contested ||= TYPE_VARIANT.test(slot.name);
}

/** The node of an object that is flattened into the row. @throws RowFault beyond the levels that a row may have */
export function objectAt(slot: Slot): ObjectNode {
  const { node, key, fragment } = slot;
  const { level, depth } = node;
  if (depth > MOST_LEVELS) throw new RowFault();
  slot.object ??= objectNode([...node.path, fragment], [...node.keys, key], {
    level: level - 1,
    depth: depth + 1,
  });
  return slot.object;
}

/** The node of a list; keys that give the same path share it. `a__b` and b in a are two paths to one table. */
export function listAt(plan: RowPlan, slot: Slot): ListNode {
  if (slot.list !== undefined) return slot.list;
  const { depth } = slot.node;
  if (depth > MOST_LEVELS) throw new RowFault();
  const path = [...plan.path, ...slot.node.path, slot.fragment];
  const place = path.join('/');
  const known = plan.lists.get(place) ?? {
    table: plan.naming.join(path),
    path,
    depth,
    plan: undefined,
    refused: false,
  };
  plan.lists.set(place, known);
  slot.list = known;
  return known;
}

function newSlot(
  naming: NamingRules,
  { key, fragment, node }: Pick<Slot, 'key' | 'fragment' | 'node'>,
): Slot {
  const name = naming.join([...node.path, fragment]);
  const stem = name.lastIndexOf('__v_');
  return {
    key,
    fragment,
    name,
    variantOf: stem > 0 ? name.slice(0, stem) : undefined,
    role: 'cell',
    node,
    column: undefined,
    buffer: undefined,
    stays: undefined,
    object: undefined,
    list: undefined,
    next: undefined,
    contested: false,
  };
}

function objectNode(
  path: readonly string[],
  keys: readonly string[],
  { level, depth }: Pick<ObjectNode, 'level' | 'depth'>,
): ObjectNode {
  return { path, keys, level, depth, slots: new Map(), first: undefined };
}

// A key of separators only would have no name at all, and a list under it would fall into its parent's table.
function fragmentOf(key: string, naming: NamingRules): string {
  return (isBlank(key) ? '' : naming.path(key)) || EMPTY_KEY;
}

function roleOf(plan: RowPlan, name: string): SlotRole {
  if (plan.isRoot) return name === ROW_ID ? 'own-id' : name === LOAD_ID ? 'ignored' : 'cell';
  return LINKS.has(name) ? 'ignored' : 'cell';
}
