import { TidemarkError } from '../../errors';
import { compareCodePoints, shake128, type Timestamp } from '../../value';
import { dateInPath } from './path-date';
import { type SearchRange, searchPrefixes } from './search-prefixes';
import type { FileTable } from './table-config';
import type { ChosenFile, FileStore, StoredFile } from './types';

const IDENTITY_BYTES = 9;

/**
 * The files of a table within a range, in the order of their cursor, then of their paths.
 *
 * @throws FILE_INVALID for a path without the date that it should have, and what listing throws
 */
export async function chooseFiles(options: {
  readonly store: FileStore;
  readonly table: FileTable;
  readonly range: SearchRange | undefined;
  readonly signal: AbortSignal;
}): Promise<readonly ChosenFile[]> {
  const { store, table, range, signal } = options;
  // only a date that is part of the glob narrows the listing
  const narrow = table.incremental === 'date' && table.dateRegex === table.pattern.regex ? range : undefined;
  const chosen = new Map<string, ChosenFile>();
  for (const prefix of searchPrefixes(table.pattern, narrow, table.timezone))
    for await (const file of store.list(prefix, signal)) {
      if (!table.pattern.regex.test(file.path)) continue;
      const at = cursorOf(file, table);
      if (isWithin(at, range)) chosen.set(file.path, { ...file, at });
    }
  return [...chosen.values()].sort((a, b) => compareMicros(a.at, b.at) || compareCodePoints(a.path, b.path));
}

function cursorOf(file: StoredFile, { name, incremental, dateRegex, timezone }: FileTable): Timestamp {
  if (incremental !== 'date') return file.modified;
  const at = dateInPath(file.path, dateRegex, timezone);
  if (at !== undefined) return at;
  throw new TidemarkError(
    'FILE_INVALID',
    `The file "${file.path}" belongs to the table "${name}" by its glob, and has no date that "dateFrom" finds ("${dateRegex.source}"). Make the glob narrower, or the expression wider.`,
    { details: { file: file.path, table: name } },
  );
}

/** The bounds have milliseconds, rounded outward: what is between is left to the incremental. */
function isWithin({ micros }: Timestamp, range: SearchRange | undefined): boolean {
  if (range?.start !== undefined && micros < BigInt(range.start) * 1000n) return false;
  return range?.end === undefined || micros < BigInt(range.end) * 1000n;
}

const compareMicros = (a: Timestamp, b: Timestamp): number =>
  a.micros < b.micros ? -1 : a.micros > b.micros ? 1 : 0;

/** What makes a file the same as one that was loaded: its path, its version, its size, when it was changed. */
export const identityOf = ({ path, size, modified, etag }: StoredFile): string =>
  shake128([path, String(size), String(modified.micros), etag ?? ''].join('\n'), IDENTITY_BYTES);
