import { isPlainObject } from '../value';
import type { RowPlan, Slot } from './row-plan';
import { plainJson, valueType } from './value-type';

/** The fields or items of an object or list; undefined for scalar objects such as an instant, bytes or a decimal. */
export function nested(value: object): readonly unknown[] | Readonly<Record<string, unknown>> | undefined {
  if (Array.isArray(value) || isPlainObject(value)) return value;
  return valueType(value) === 'json' ? plainJson(value) : undefined;
}

/** Whether what is nested stays as JSON: below the nesting limit, and in a json column. */
export function staysJson(plan: RowPlan, slot: Slot): boolean {
  slot.stays ??= slot.node.level <= 0 || plan.table.columns.get(slot.name)?.schema.data_type === 'json';
  return slot.stays;
}
