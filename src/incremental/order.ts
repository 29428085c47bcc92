import { TidemarkError } from '../errors';
import { compareCursorValues, copyJson, describeValue, sameCursorValue } from './cursor-value';
import { compareIsoTexts } from './iso-point';
import type { LastValueFunction } from './types';

/**
 * The order of a cursor's values, by its `lastValueFunc`. All filtering rules use only these functions, so `min` and custom
 * functions need no rules of their own.
 */
export interface CursorOrder {
  readonly func: 'max' | 'min' | 'custom';
  /** The last value after a row with `value`; `last` itself if the row brings nothing new. */
  advance(value: unknown, last: unknown): unknown;
  /** The form in which `value` is compared with a bound: for a custom function its own result for that value. */
  normal(value: unknown): unknown;
  /** Whether `value` lies beyond `bound`, so that it would move it. */
  beyond(value: unknown, bound: unknown): boolean;
  same(a: unknown, b: unknown): boolean;
  /** Order along time or the number line, whatever the function; undefined where there is none. */
  compare(a: unknown, b: unknown): number | undefined;
}

interface OrderOptions {
  readonly func: 'max' | 'min' | LastValueFunction<unknown>;
  readonly cursor: string;
  /** Whether texts that are ISO instants are compared as these. */
  readonly isoTexts: boolean;
}

/** @throws from its functions: TidemarkError CURSOR_COERCION where two values can't be compared */
export function makeOrder({ func, cursor, isoTexts }: OrderOptions): CursorOrder {
  if (typeof func === 'function') return customOrder(func, cursor);
  return builtinOrder(func, cursor, isoTexts ? compareIsoValues : compareCursorValues);
}

function compareIsoValues(a: unknown, b: unknown): number | undefined {
  return typeof a === 'string' && typeof b === 'string' ? compareIsoTexts(a, b) : compareCursorValues(a, b);
}

function builtinOrder(
  func: 'max' | 'min',
  cursor: string,
  compareValues: CursorOrder['compare'],
): CursorOrder {
  const direction = func === 'max' ? 1 : -1;
  const compare = (value: unknown, bound: unknown): number => {
    const order = compareValues(value, bound);
    return order === undefined ? incomparable(cursor, value, bound) : order * direction;
  };
  return {
    func,
    advance(value, last) {
      if (last === undefined) return compare(value, value) === 0 ? value : last;
      return compare(value, last) > 0 ? value : last;
    },
    normal: (value) => value,
    beyond: (value, bound) => compare(value, bound) > 0,
    same: (a, b) => compareValues(a, b) === 0,
    compare: compareValues,
  };
}

function customOrder(func: LastValueFunction<unknown>, cursor: string): CursorOrder {
  const call = (value: unknown, last: unknown): unknown => {
    let result: unknown;
    try {
      result = func(value, copyJson(last));
    } catch (cause) {
      throw new TidemarkError(
        'CURSOR_COERCION',
        `The lastValueFunc of the cursor "${cursor}" failed on ${describeValue(value)} after ${describeValue(last)}: ` +
          `${cause instanceof Error ? cause.message : String(cause)}. It gets (value, last), last is undefined the first time.`,
        { cause, details: { cursor } },
      );
    }
    if (result === undefined || Number.isNaN(result))
      throw new TidemarkError(
        'CURSOR_COERCION',
        `The lastValueFunc of the cursor "${cursor}" gave ${describeValue(result)} for ${describeValue(value)}. ` +
          'It must return the new last value: any JSON.',
        { details: { cursor } },
      );
    return result;
  };
  return {
    func: 'custom',
    advance: (value, last) => keepIfSame(copyJson(call(value, last)), last),
    normal: (value) => call(value, undefined),
    beyond: (value, bound) => !sameCursorValue(call(value, bound), bound),
    same: sameCursorValue,
    compare: compareCursorValues,
  };
}

function keepIfSame(next: unknown, last: unknown): unknown {
  return last !== undefined && sameCursorValue(next, last) ? last : next;
}

function incomparable(cursor: string, value: unknown, bound: unknown): never {
  throw new TidemarkError(
    'CURSOR_COERCION',
    `The cursor "${cursor}" has the value ${describeValue(value)}, which cannot be compared with ${describeValue(bound)}. ` +
      'All its values, initialValue, endValue and the stored cursor must be of one kind: declare `type` ' +
      "(such as 'unix', 'iso' or 'datetime'), or reset the stored cursor if the source changed.",
    { details: { cursor } },
  );
}
