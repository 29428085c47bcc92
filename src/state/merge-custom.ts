import { TidemarkError } from '../errors';
import { canonicalJson, ownField, putField } from '../value';
import { encodeTyped } from './typed-value';
import type { StateChange, StateObject } from './types';

/**
 * Applies a load's change of custom state to the state that is stored now. A key that the load didn't change keeps the stored
 * value. One that another commit changed meanwhile is merged: objects key by key, lists by what each appended.
 * @throws TidemarkError STATE_CHANGED where both changed one value in ways that cannot be merged
 */
export function mergeCustomState(stored: StateObject, change: StateChange): StateObject {
  return mergeObjects(stored, change.before, change.after, []);
}

/** Whether a load changed its custom state at all. */
export function isStateChanged(change: StateChange | undefined): boolean {
  return change !== undefined && !same(change.before, change.after);
}

/**
 * Refuses a change that another commit made meanwhile as well: the same value set, the same entry appended. Both loads
 * began with the same state and did the same work, so that both have the same rows.
 * @throws TidemarkError STATE_CHANGED
 */
export function refuseSameChange(stored: StateObject, change: StateChange): void {
  for (const key of Object.keys(change.after))
    refuseSame(ownField(stored, key), ownField(change.before, key), ownField(change.after, key), [key]);
}

function refuseSame(stored: unknown, before: unknown, after: unknown, at: readonly string[]): void {
  if (same(after, before) || same(stored, before)) return;
  if (isObject(stored) && isObject(after)) {
    const was = isObject(before) ? before : {};
    for (const key of Object.keys(after))
      refuseSame(ownField(stored, key), ownField(was, key), ownField(after, key), [...at, key]);
  } else if (Array.isArray(stored) && Array.isArray(after)) {
    const theirs = stored.slice(Array.isArray(before) ? before.length : 0);
    const mine = after.slice(Array.isArray(before) ? before.length : 0);
    if (mine.some((entry) => theirs.some((other) => same(entry, other)))) throw changedMeanwhile(at);
  } else if (same(stored, after)) throw changedMeanwhile(at);
}

function mergeObjects(
  stored: StateObject,
  before: StateObject,
  after: StateObject,
  at: readonly string[],
): StateObject {
  const merged: Record<string, unknown> = { ...stored };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [ownField(before, key), ownField(after, key)];
    if (same(was, is)) continue;
    const value = mergeValues(ownField(stored, key), was, is, [...at, key]);
    if (value === undefined) delete merged[key];
    else putField(merged, key, value);
  }
  return merged as StateObject;
}

function mergeValues(stored: unknown, before: unknown, after: unknown, at: readonly string[]): unknown {
  if (same(stored, before) || same(stored, after)) return after;
  if (isObject(stored) && isObject(after) && (before === undefined || isObject(before)))
    return mergeObjects(stored, before ?? {}, after, at);
  if (Array.isArray(stored) && Array.isArray(after) && (before === undefined || Array.isArray(before))) {
    const base: readonly unknown[] = before ?? [];
    if (startsWith(stored, base) && startsWith(after, base)) return [...stored, ...after.slice(base.length)];
  }
  throw changedMeanwhile(at);
}

function changedMeanwhile(at: readonly string[]): TidemarkError {
  return new TidemarkError(
    'STATE_CHANGED',
    `Another load changed the state "${at.join('.')}" while this one ran, in a way that cannot be merged; the load starts again from the new state.`,
    { details: { key: at.join('.') } },
  );
}

function startsWith(list: readonly unknown[], base: readonly unknown[]): boolean {
  return list.length >= base.length && base.every((value, index) => same(value, list[index]));
}

function isObject(value: unknown): value is StateObject {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function same(a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(encodeTyped(a)) === canonicalJson(encodeTyped(b));
}
