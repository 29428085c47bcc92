import { TidemarkError } from '../../errors';
import { type ActualTables, DATASET_TABLE, isServiceTable, type TypeRules } from '../commit';
import type { ContentTable, DatasetContents } from '../content';
import { COPIED_TABLE, COPY_TABLE, readNotes } from './copy-tables';
import type { CopyTarget } from './copy-target';
import { countStored } from './count-rows';
import type { Work } from './work';

/**
 * What is in the place that is copied to: nothing, a part of this copy, or the whole of it.
 * @throws TidemarkError USAGE for the place that is copied from; DATASET_MISMATCH where there is anything else
 */
export async function targetState(
  contents: DatasetContents,
  target: CopyTarget,
): Promise<'empty' | 'begun' | 'whole'> {
  const { dataset, location } = target;
  if (contents.location === location && contents.dataset === dataset)
    throw new TidemarkError(
      'USAGE',
      `The dataset "${dataset}" would be copied into itself: "${location}" is where it is. Name another place with --to.`,
    );
  if (!(await target.exists())) return 'empty';
  return target.read((within) => stateWithin(contents, target, within));
}

/** The same within a transaction: whoever writes asks again, since two may begin at once. */
export async function stateWithin(
  contents: DatasetContents,
  target: Pick<CopyTarget, 'dataset' | 'location'>,
  { session, tables, reader }: Work,
): Promise<'empty' | 'begun' | 'whole'> {
  const begun = await readNotes(session, tables, COPY_TABLE);
  if (begun !== undefined) {
    if (begun.sourceId === contents.id) return 'begun';
    throw mismatch(
      target,
      `holds a part of a copy of "${begun.sourcePlace}", which is not what is copied now. Drop that dataset, or copy to another place.`,
    );
  }
  const copied = await readNotes(session, tables, COPIED_TABLE);
  if (copied !== undefined) {
    if (copied.sourceId !== contents.id)
      throw mismatch(
        target,
        `is a copy of "${copied.sourcePlace}", which is not what is copied now. Drop that dataset, or copy to another place.`,
      );
    if (copied.lastLoad !== (await reader.lastLoadId()))
      throw mismatch(
        target,
        `was copied at ${copied.begun} and has been loaded into since. Nothing is copied over it.`,
      );
    if (copied.lastLoad !== contents.lastLoadId)
      throw mismatch(
        target,
        `was copied at ${copied.begun}, and "${contents.location}" has been loaded into since. Drop the copy to make another one, or let runs load what is missing: each goes on from its own state.`,
      );
    return 'whole';
  }
  const filled = await firstFilled(tables, (table) => countStored(session, session.dialect.table(table)));
  if (filled === undefined) return 'empty';
  throw mismatch(
    target,
    `is in use: it has the table "${filled}". A copy overwrites nothing; drop that dataset, or copy to another place.`,
  );
}

/** A table of rows, or one about loads that has some. */
async function firstFilled(
  tables: ActualTables,
  count: (table: string) => Promise<number>,
): Promise<string | undefined> {
  const foreign = [...tables.keys()].find((name) => !isServiceTable(name));
  if (foreign !== undefined) return foreign;
  for (const name of tables.keys()) {
    if (name !== DATASET_TABLE && (await count(name)) > 0) return name;
  }
  return undefined;
}

const mismatch = (
  { dataset, location }: Pick<CopyTarget, 'dataset' | 'location'>,
  what: string,
): TidemarkError =>
  new TidemarkError('DATASET_MISMATCH', `The dataset "${dataset}" in "${location}" ${what}`, {
    details: { dataset, location },
  });

/** The error of a source that was loaded into while it was copied. */
export const moved = ({ dataset, location }: DatasetContents): TidemarkError =>
  new TidemarkError(
    'STATE_CHANGED',
    `The dataset "${dataset}" in "${location}" was loaded into while it was copied. Pause its pipelines, and run the copy again: only tables that have changed are copied again.`,
    { details: { dataset } },
  );

/**
 * Refuses names that are longer than the destination takes. A load would shorten them by what the source calls them, which
 * a copy doesn't know: loads into it would not find their columns.
 * @throws TidemarkError IDENTIFIER_INVALID listing them
 */
export function refuseLongNames(
  tables: readonly ContentTable[],
  { maxNameLength = Number.POSITIVE_INFINITY, maxNameBytes = Number.POSITIVE_INFINITY }: TypeRules,
): void {
  const isLong = (name: string): boolean =>
    Array.from(name).length > maxNameLength || Buffer.byteLength(name) > maxNameBytes;
  refuseNames(
    tables.flatMap(({ name, columns }) => [
      ...(isLong(name) ? [`table "${name}"`] : []),
      ...columns.filter((column) => isLong(column.name)).map((column) => `column "${name}.${column.name}"`),
    ]),
  );
}

/**
 * Refuses names that the database has taken differently, such as cut off.
 * @throws TidemarkError IDENTIFIER_INVALID listing them
 */
export function refuseChangedNames(tables: readonly ContentTable[], actual: ActualTables): void {
  const changed: string[] = [];
  for (const { name, columns } of tables) {
    const made = actual.get(name);
    if (made === undefined) changed.push(`table "${name}"`);
    else
      for (const column of columns)
        if (!made.some((one) => one.name === column.name)) changed.push(`column "${name}.${column.name}"`);
  }
  refuseNames(changed);
}

function refuseNames(names: readonly string[]): void {
  if (names.length === 0) return;
  throw new TidemarkError(
    'IDENTIFIER_INVALID',
    `These names are longer than the destination takes, or it writes them differently: ${names.join(', ')}. Nothing was written. Shorten them in the source and load it anew there.`,
    { details: { names } },
  );
}

/** @throws TidemarkError INTERNAL where a table isn't what it was copied from */
export function compared(
  table: string,
  { expected, found }: { readonly expected: string | undefined; readonly found: string },
): void {
  if (expected === found) return;
  const [rows, copied] = [expected, found].map((digest) => digest?.split(':')[0] ?? 'no');
  throw new TidemarkError(
    'DESTINATION_REFUSED',
    `The copy of table "${table}" differs: ${rows} rows were read and ${copied} are there${rows === copied ? ', of which some have other values' : ''}. It is no dataset yet; drop it and copy again.`,
    { details: { table } },
  );
}
