import { stringify } from 'lossless-json';
import type { JsonObject } from '../../http';
import type { RestResource } from './types';

type Rows = readonly JsonObject[];

/**
 * Drops rows that the page before had already, by their primary key: where rows are added in front while pages are read by
 * number or offset, the last ones of a page come again on the next. Only for rows that are appended, which would be there
 * twice; a merge keeps one of them anyway.
 */
export function withoutRepeats({
  primaryKey,
  writeDisposition = 'append',
}: RestResource): (rows: Rows) => Rows {
  const columns = primaryKey === undefined ? [] : [primaryKey].flat();
  if (columns.length === 0 || writeDisposition !== 'append') return (rows) => rows;
  const keyOf = (row: JsonObject): string | undefined => {
    const values = columns.map((column) => row[column]);
    return values.some((value) => value === undefined || value === null) ? undefined : stringify(values);
  };
  let before: ReadonlySet<string | undefined> = new Set();
  return (rows) => {
    const keys = rows.map(keyOf);
    const fresh = rows.filter((_, index) => keys[index] === undefined || !before.has(keys[index]));
    before = new Set(keys);
    return fresh;
  };
}
