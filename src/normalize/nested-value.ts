import { isPlainObject } from '../value';
import { RowFault } from './row-fault';
import type { RowPlan, Slot } from './row-plan';
import { noData, plainJson, valueType } from './value-type';

/** The fields or items of an object or list; undefined for scalar objects such as an instant, bytes or a decimal. */
export function nested(value: object): readonly unknown[] | Readonly<Record<string, unknown>> | undefined {
  if (Array.isArray(value) || isPlainObject(value)) return value;
  if (valueType(value) !== 'json') return undefined;
  if (noData(value) !== undefined) throw new RowFault();
  return plainJson(value);
}

/** Whether what is nested stays as JSON: below the nesting limit, and in a json column. */
export function staysJson(plan: RowPlan, slot: Slot): boolean {
  slot.stays ??= slot.node.level <= 0 || plan.table.columns.get(slot.name)?.schema.data_type === 'json';
  return slot.stays;
}
