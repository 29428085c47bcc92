import { TidemarkError } from '../../errors';
import type { TableChunk } from '../../normalize';
import { newSchema, type StoredSchema } from '../../schema';
import { planSchemaChanges, planServiceTables } from '../commit';
import {
  type ContentChunk,
  type ContentTable,
  type CopiedTable,
  type CopyOptions,
  type CopyReport,
  type DatasetContents,
  TableDigest,
  tableChunk,
} from '../content';
import { failpoint } from '../failpoint';
import { applyChanges } from './apply-schema';
import { chunksOf } from './contents';
import {
  compared,
  moved,
  refuseChangedNames,
  refuseLongNames,
  stateWithin,
  targetState,
} from './copy-checks';
import {
  beginNotes,
  COPIED_TABLE,
  COPY_TABLE,
  type CopyNote,
  dropNote,
  planned,
  readNotes,
  writeNote,
} from './copy-tables';
import type { CopyTarget } from './copy-target';
import { inPlaceOf } from './records';
import type { SqlSession } from './transaction';
import type { Work } from './work';

/** A copy under way. */
interface Copying {
  readonly contents: DatasetContents;
  readonly target: CopyTarget;
  readonly options: CopyOptions;
}

/** Rows of a table may be of any size: DuckDB is given what a large load gets. */
const UNKNOWN_BYTES = Number.MAX_SAFE_INTEGER;

/**
 * Brings all that another dataset holds into this one: the tables one by one, each in a transaction with the note that it is
 * there; then both sides are compared; then what is kept of loads, in one transaction that makes the copy a dataset.
 */
export async function receive(
  contents: DatasetContents,
  target: CopyTarget,
  options: CopyOptions,
): Promise<CopyReport> {
  const copying = { contents, target, options };
  const state = await targetState(contents, target);
  const report = {
    dataset: contents.dataset,
    from: contents.location,
    to: target.location,
    others: contents.others,
    pipelines: contents.pipelines,
    claims: contents.claims,
    lastLoadId: contents.lastLoadId,
  };
  if (state === 'whole') {
    const tables = await compareAll(copying, contents.tables, await digestsOf(copying));
    const there = tables.map((one): CopiedTable => ({ ...one, outcome: 'there' }));
    return { ...report, status: 'there', tables: there, records: [] };
  }
  if (options.dryRun === true) {
    const count = async (table: ContentTable): Promise<CopiedTable> =>
      planned(table.name, await contents.count(table));
    return {
      ...report,
      status: 'planned',
      tables: await oneByOne(contents.tables, count),
      records: await oneByOne(contents.records, count),
    };
  }
  await makeTables(copying);
  const tables = await oneByOne(contents.tables, (table) => copyTable(copying, table));
  const expected = new Map(tables.map(({ note }) => [note.table, note.digest]));
  await compareAll(copying, contents.tables, expected);
  if (!(await contents.renew())) throw moved(contents);
  const records = await makeWhole(copying);
  return { ...report, status: 'copied', tables: tables.map(({ copied }) => copied), records };
}

/** One after the other: a connection does one thing at a time. */
async function oneByOne<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const one of all) done.push(await work(one));
  return done;
}

/** Makes all tables in one transaction, so that names that the database doesn't take are found before a row is written. */
async function makeTables(copying: Copying): Promise<void> {
  const { contents, target, options } = copying;
  await target.write(async (within) => {
    const { session, tables, types } = within;
    await goingOn(copying, within);
    refuseLongNames(contents.tables, types);
    if (tables.size === 0) await applyChanges(session, [{ change: 'create-dataset' }]);
    if (!tables.has(COPY_TABLE)) await beginNotes(session, COPY_TABLE, { contents, at: options.clock() });
    await applyChanges(session, planSchemaChanges(schemaOf(contents.tables), tables, types));
    refuseChangedNames(contents.tables, await session.introspect());
  });
}

function schemaOf(tables: readonly ContentTable[]): StoredSchema {
  const schema = newSchema('copy');
  return { ...schema, tables: Object.fromEntries(tables.map((table) => [table.name, table.schema])) };
}

/** Refuses what another copy has begun or ended meanwhile. */
async function goingOn({ contents, target }: Copying, within: Work): Promise<void> {
  if ((await stateWithin(contents, target, within)) !== 'whole') return;
  throw new TidemarkError(
    'STATE_CHANGED',
    'Another process copies the same dataset to the same place, and was done first. Run it again, and what is there is compared.',
  );
}

/** Brings one table, unless it is there with the same rows. */
async function copyTable(
  copying: Copying,
  table: ContentTable,
): Promise<{ readonly note: CopyNote; readonly copied: CopiedTable }> {
  const { contents, target, options } = copying;
  const { name } = table;
  refuseCancelled(options.signal);
  const before = await target.read(async ({ session, tables }) =>
    (await readNotes(session, tables, COPY_TABLE))?.tables.get(name),
  );
  if (
    before !== undefined &&
    String(await digestOf(contents.chunks(table), name, options)) === before.digest
  ) {
    options.onProgress?.({ table: name, step: 'kept', rows: before.rows });
    return { note: before, copied: { table: name, rows: before.rows, outcome: 'kept' } };
  }
  const note = await target.write(
    async (within) => {
      const { session } = within;
      await goingOn(copying, within);
      // rows that it had, or that a commit brought whose answer was lost
      await session.run(`DELETE FROM ${session.dialect.table(name)}`);
      await dropNote(session, name);
      const digest = await append(session, copying, table);
      const made = { table: name, rows: digest.rows, digest: String(digest) };
      await writeNote(session, COPY_TABLE, { contents, note: made, at: options.clock() });
      failpoint('before-commit');
      return made;
    },
    { columns: table.columns.length, bytes: UNKNOWN_BYTES },
  );
  failpoint('after-commit');
  options.onProgress?.({ table: name, step: 'copied', rows: note.rows });
  return { note, copied: { table: name, rows: note.rows, outcome: 'copied' } };
}

/** Rows are told of after so many. */
const ROWS_TOLD = 100_000;

/** Chunks as they come, until the copy is cancelled; what they come to is added up, and told now and then. */
async function* watched(
  chunks: AsyncIterable<ContentChunk>,
  {
    table,
    step,
    digest,
  }: { readonly table: string; readonly step: 'reading' | 'copying'; readonly digest: TableDigest },
  { signal, onProgress }: CopyOptions,
): AsyncGenerator<ContentChunk, void, void> {
  let told = 0;
  for await (const chunk of chunks) {
    refuseCancelled(signal);
    digest.add(chunk);
    if (digest.rows - told >= ROWS_TOLD) {
      told = digest.rows;
      onProgress?.({ table, step, rows: told });
    }
    if (chunk.rows > 0) yield chunk;
  }
}

/** Appends the rows of a table, those about loads as they are in this place. */
async function append(
  session: SqlSession,
  { contents, target, options }: Copying,
  table: ContentTable,
): Promise<TableDigest> {
  const { name } = table;
  const digest = new TableDigest();
  const change = inPlaceOf(table, target.kind.destinationType);
  async function* chunks(): AsyncGenerator<TableChunk, void, void> {
    const rows = changed(contents.chunks(table), change);
    for await (const chunk of watched(rows, { table: name, step: 'copying', digest }, options))
      yield tableChunk(name, chunk);
  }
  await session.bulkAppend({ table: name, temporary: false, constants: {} }, chunks());
  return digest;
}

async function* changed(
  chunks: AsyncIterable<ContentChunk>,
  change: (chunk: ContentChunk) => ContentChunk,
): AsyncGenerator<ContentChunk, void, void> {
  for await (const chunk of chunks) yield change(chunk);
}

/** What the rows of a table come to. */
async function digestOf(
  chunks: AsyncIterable<ContentChunk>,
  table: string,
  options: CopyOptions,
): Promise<TableDigest> {
  const digest = new TableDigest();
  for await (const _ of watched(chunks, { table, step: 'reading', digest }, options));
  return digest;
}

async function digestsOf({ contents, options }: Copying): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const table of contents.tables)
    digests.set(table.name, String(await digestOf(contents.chunks(table), table.name, options)));
  return digests;
}

/** Reads all tables of the copy, as of one moment, and compares what their rows come to. */
async function compareAll(
  { target, options }: Copying,
  tables: readonly ContentTable[],
  expected: ReadonlyMap<string, string>,
): Promise<{ readonly table: string; readonly rows: number }[]> {
  return target.read(({ session }, connection) =>
    oneByOne(tables, async (table) => {
      const { name } = table;
      const found = await digestOf(chunksOf(connection, session, table), name, options);
      compared(name, { expected: expected.get(name), found: String(found) });
      options.onProgress?.({ table: name, step: 'compared', rows: found.rows });
      return { table: name, rows: found.rows };
    }),
  );
}

/** Writes what is kept of loads, and makes the copy a dataset with an id of its own. */
async function makeWhole(copying: Copying): Promise<CopiedTable[]> {
  const { contents, target, options } = copying;
  const expected = new Map<string, string>();
  const records = await target.write(async (within) => {
    const { session, tables, types, reader, writer } = within;
    await goingOn(copying, within);
    const notes = await readNotes(session, tables, COPY_TABLE);
    await applyChanges(session, planServiceTables(tables, types));
    const written = await oneByOne(contents.records, async (table): Promise<CopiedTable> => {
      const digest = await append(session, copying, table);
      expected.set(table.name, String(digest));
      return { table: table.name, rows: digest.rows, outcome: 'copied' };
    });
    const at = options.clock();
    await beginNotes(session, COPIED_TABLE, { contents, at });
    for (const note of notes?.tables.values() ?? [])
      await writeNote(session, COPIED_TABLE, { contents, note, at });
    if ((await reader.datasetId()) === undefined) await writer.datasetId(BigInt(Math.trunc(at)) * 1000n);
    writer.rewritten();
    await session.run(`DROP TABLE ${session.dialect.table(COPY_TABLE)}`);
    return written;
  });
  await compareAll({ ...copying, options: { clock: options.clock } }, contents.records, expected);
  return records;
}

function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new TidemarkError(
    'CANCELLED',
    'The copy was ended; the tables that are there stay. Run it again, and it goes on with the others.',
    { cause: signal.reason },
  );
}
