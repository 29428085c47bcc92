import { TidemarkError } from '../errors';
import { MOST_LEVELS, tooDeepAt } from '../value';
import { noData, plainJson, valueType } from './value-type';

/** A row that can't be stored; what is wrong with it is looked up when it is told. */
export class RowFault extends Error {}

const SHOWN_KEYS = 5;

/** The error of a row that brought a {@link RowFault}: names resource, row, place and cure. */
export function rowError(item: unknown, { resource, row }: { resource: string; row: number }): TidemarkError {
  const details = { resource, row };
  const deep = tooDeepAt(item);
  if (deep !== undefined)
    return new TidemarkError(
      'ROW_INVALID',
      `Row ${row} of resource "${resource}" is nested more than ${MOST_LEVELS} levels deep, at ${place(deep)}. Flatten such rows with map, or leave them out with filter.`,
      { details: { ...details, limit: MOST_LEVELS } },
    );
  const { path, what } = faultIn(item) ?? { path: [], what: 'a value without a form in a table' };
  return new TidemarkError(
    'ROW_INVALID',
    `Row ${row} of resource "${resource}" has ${what}${path.length === 0 ? '' : ` in column ${place(path)}`}, which can't be stored. Give it a value with map (null, a text, an ISO date), or leave the row out with filter.`,
    { details: { ...details, column: path.slice(0, SHOWN_KEYS).join('.') } },
  );
}

interface Fault {
  readonly path: readonly string[];
  readonly what: string;
}

/** The first value that has no form in a table. The row isn't too deep. */
function faultIn(value: unknown, path: readonly string[] = []): Fault | undefined {
  const what = noData(value);
  if (what !== undefined) return { path, what };
  if (valueType(value) !== 'json') return undefined;
  for (const [key, field] of Object.entries(plainJson(value as object))) {
    const fault = faultIn(field, [...path, key]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const place = (keys: readonly string[]): string =>
  `"${keys.slice(0, SHOWN_KEYS).join('.').slice(0, 100)}${keys.length > SHOWN_KEYS ? '…' : ''}"`;
