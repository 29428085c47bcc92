import { TidemarkError } from '../errors';
import type { ContractMode } from '../schema';
import { compareCodePoints, shake128 } from '../value';
import { jsonText } from './json-text';
import { type RowPlan, renameSlot, type Slot } from './row-plan';
import { storedScalar } from './stored-value';
import { valueType } from './value-type';

/** What one key of a row brings for a name. */
export interface Claim<T> {
  readonly slot: Slot;
  readonly value: T;
}

/** What keys of one row bring for one name: in the row's order, as the way of dlt has it. */
export type Claims<T> = readonly [Claim<T>, ...Claim<T>[]];

/** What becomes of claims: those that are written, each under its slot's name, and those that the contract leaves out. */
interface Settlement<T> {
  /** Undefined if the row goes. */
  readonly written: readonly Claim<T>[] | undefined;
  readonly lost: readonly Claim<T>[];
}

interface Settling {
  readonly plan: RowPlan;
  /** Whether the schema has what a variant would add: a column, or a table of a list. */
  readonly isKnown: (path: readonly string[]) => boolean;
  /** What the contract says of adding it. */
  readonly mode: ContractMode;
  readonly changes: string[];
}

/**
 * Settles keys of one row that give one name (`userId` and `user_id`, `a__b` and b in a). Where their values are equal, or
 * all but one are null, nothing is lost. Else the schema contract for `names` decides; where it lets names evolve, every
 * value is kept: one key has the name, each other one a variant `name__v_<hash of the key>`, for good.
 * @throws TidemarkError NAME_COLLISION
 */
export function settleNames<T>(claims: Claims<T>, settling: Settling): Settlement<T> {
  const { plan } = settling;
  const { names } = plan.rules.contract;
  if (claims[0].slot.role !== 'cell' || names === 'discard_value') return latest(claims);
  const present = claims.filter(({ value }) => valueType(value) !== undefined);
  const ranked = present.toSorted((a, b) => precedence(plan, a.slot, b.slot));
  const [winner = claims[0]] = ranked;
  const losers = ranked.slice(1).filter(({ value }) => !sameValue(value, winner.value));
  if (losers.length === 0) return { written: [winner], lost: [] };
  if (names === 'discard_row') return { written: undefined, lost: [] };
  if (names === 'freeze') throw collision(plan, winner.slot, losers[0]!.slot);
  return keepAll(winner, losers, settling);
}

/** Finds the variant that a key was given before, by this load or an earlier one. */
export function knownVariant(plan: RowPlan, slot: Slot, hasTable: (name: string) => boolean): boolean {
  const fragment = variantOf(slot);
  const column = plan.naming.join([...slot.node.path, fragment]);
  if (
    !Object.hasOwn(plan.table.schema.columns, column) &&
    !hasTable(plan.naming.join([...plan.path, ...slot.node.path, fragment]))
  )
    return false;
  renameSlot(plan, slot, fragment);
  return true;
}

/** dlt's way: the last one has the name, be it null. */
function latest<T>(claims: Claims<T>): Settlement<T> {
  const winner = claims[claims.length - 1] ?? claims[0];
  const lost = claims.filter(
    ({ value }) => valueType(value) !== undefined && !sameValue(value, winner.value),
  );
  return { written: [winner], lost: winner.slot.role === 'cell' ? lost : [] };
}

function keepAll<T>(
  winner: Claim<T>,
  losers: readonly Claim<T>[],
  { plan, isKnown, mode, changes }: Settling,
): Settlement<T> {
  const written = [winner];
  const lost: Claim<T>[] = [];
  for (const loser of losers) {
    const { slot } = loser;
    const fragment = variantOf(slot);
    const taken = slot.name;
    const path = [...slot.node.path, fragment];
    if (!isKnown(path)) {
      if (mode === 'discard_row') return { written: undefined, lost: [] };
      if (mode === 'freeze') throw collision(plan, winner.slot, slot);
      if (mode === 'discard_value') {
        lost.push(loser);
        continue;
      }
      changes.push(
        `key ${spelled(slot)} of table ${plan.table.schema.name} goes to ${plan.naming.join(path)}, since ${spelled(winner.slot)} has the name ${taken}`,
      );
    }
    renameSlot(plan, slot, fragment);
    written.push(loser);
  }
  return { written, lost };
}

/**
 * Which of two keys has the name, whatever their order in a row, so that loads that run side by side decide alike: one that
 * hints name, then the deeper one, then one that is spelled as the column is, then the first one by its letters.
 */
function precedence(plan: RowPlan, a: Slot, b: Slot): number {
  const rank = (slot: Slot): number => {
    if (slot.node.keys.length === 0 && plan.rules.spelled.has(slot.key)) return -2000;
    return -2 * slot.node.keys.length - (plan.naming.join(pathOf(slot)) === slot.name ? 1 : 0);
  };
  return rank(a) - rank(b) || compareCodePoints(JSON.stringify(pathOf(a)), JSON.stringify(pathOf(b)));
}

const pathOf = (slot: Slot): readonly string[] => [...slot.node.keys, slot.key];
const spelled = (slot: Slot): string =>
  pathOf(slot)
    .map((key) => `"${key}"`)
    .join('.');

/** Eight digits of a hash of the key: the same key has the same variant in every load. */
function variantOf(slot: Slot): string {
  const bytes = Buffer.from(shake128(JSON.stringify(pathOf(slot)), 6), 'base64');
  return `${slot.fragment}__v_${bytes.toString('hex').slice(0, 8)}`;
}

function sameValue(a: unknown, b: unknown): boolean {
  const type = valueType(a);
  if (a === b) return true;
  if (type === undefined || type !== valueType(b)) return type === valueType(b);
  if (type === 'json') return jsonText(a) === jsonText(b);
  const [left, right] = [storedScalar(a, type), storedScalar(b, type)];
  return left instanceof Uint8Array && right instanceof Uint8Array
    ? Buffer.compare(left, right) === 0
    : String(left) === String(right);
}

function collision(plan: RowPlan, first: Slot, second: Slot): TidemarkError {
  const { name: table } = plan.table.schema;
  return new TidemarkError(
    'NAME_COLLISION',
    `A row of table "${table}" has different values under the keys ${spelled(first)} and ${spelled(second)}, which both give the name "${first.name}", and its schema contract adds no column for one of them.` +
      " Rename one of them with map, or let names evolve: schemaContract: { names: 'evolve' }.",
    { details: { table, name: first.name, keys: [pathOf(first), pathOf(second)] } },
  );
}
