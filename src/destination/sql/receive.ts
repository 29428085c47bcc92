import { TidemarkError } from '../../errors';
import { newSchema, type StoredSchema } from '../../schema';
import { type ActualTables, planSchemaChanges, planServiceTables } from '../commit';
import {
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
import { compared, moved, refuseChangedNames, targetState } from './copy-checks';
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
import type { BulkWork, SqlConnection } from './driver';
import { inPlaceOf } from './records';
import type { SqlSession } from './transaction';
import type { Work } from './work';

/** The dataset that a copy is written to. */
export interface CopyTarget {
  readonly dataset: string;
  readonly location: string;
  readonly kind: { readonly destinationType: string };
  exists(): Promise<boolean>;
  read<T>(work: (within: Work, connection: SqlConnection) => Promise<T>): Promise<T>;
  write<T>(work: (within: Work) => Promise<T>, bulk?: BulkWork): Promise<T>;
}

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
async function makeTables({ contents, target, options }: Copying): Promise<void> {
  await target.write(async ({ session, tables, types }) => {
    if (tables.size === 0) await applyChanges(session, [{ change: 'create-dataset' }]);
    if (!tables.has(COPY_TABLE)) await beginNotes(session, COPY_TABLE, { contents, at: options.clock() });
    // what is there already is no reason to make the dataset again
    const actual: ActualTables = tables.size === 0 ? await session.introspect() : tables;
    await applyChanges(session, planSchemaChanges(schemaOf(contents.tables), actual, types));
    refuseChangedNames(contents.tables, await session.introspect());
  });
}

function schemaOf(tables: readonly ContentTable[]): StoredSchema {
  const schema = newSchema('copy');
  return { ...schema, tables: Object.fromEntries(tables.map((table) => [table.name, table.schema])) };
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
  if (before !== undefined && (await digestOf(contents, table)) === before.digest) {
    options.onProgress?.({ table: name, step: 'kept', rows: before.rows });
    return { note: before, copied: { table: name, rows: before.rows, outcome: 'kept' } };
  }
  const note = await target.write(
    async ({ session }) => {
      // a commit whose answer was lost is done again
      await session.run(`DELETE FROM ${session.dialect.table(name)}`);
      await dropNote(session, name);
      const digest = await append(session, contents, { table, into: name });
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

/** Appends the rows of a table. @param of.change what is written in place of a chunk's rows. @default the same */
async function append(
  session: SqlSession,
  contents: DatasetContents,
  of: { readonly table: ContentTable; readonly into: string; readonly change?: ReturnType<typeof inPlaceOf> },
): Promise<TableDigest> {
  const { table, into, change } = of;
  const digest = new TableDigest();
  async function* chunks(): AsyncGenerator<ReturnType<typeof tableChunk>, void, void> {
    for await (const chunk of contents.chunks(table)) {
      const changed = change?.(chunk) ?? chunk;
      digest.add(changed);
      if (changed.rows > 0) yield tableChunk(into, changed);
    }
  }
  await session.bulkAppend({ table: into, temporary: false, constants: {} }, chunks());
  return digest;
}

async function digestOf(contents: DatasetContents, table: ContentTable): Promise<string> {
  const digest = new TableDigest();
  for await (const chunk of contents.chunks(table)) digest.add(chunk);
  return String(digest);
}

async function digestsOf({ contents }: Copying): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const table of contents.tables) digests.set(table.name, await digestOf(contents, table));
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
      refuseCancelled(options.signal);
      const found = new TableDigest();
      for await (const chunk of chunksOf(connection, session, table)) found.add(chunk);
      compared(table.name, { expected: expected.get(table.name), found: String(found) });
      options.onProgress?.({ table: table.name, step: 'compared', rows: found.rows });
      return { table: table.name, rows: found.rows };
    }),
  );
}

/** Writes what is kept of loads, and makes the copy a dataset with an id of its own. */
async function makeWhole(copying: Copying): Promise<CopiedTable[]> {
  const { contents, target, options } = copying;
  const expected = new Map<string, string>();
  const records = await target.write(async ({ session, tables, types, reader, writer }) => {
    const notes = await readNotes(session, tables, COPY_TABLE);
    if (notes?.sourceId !== contents.id) throw moved(contents);
    await applyChanges(session, planServiceTables(tables, types));
    const written = await oneByOne(contents.records, async (table): Promise<CopiedTable> => {
      const change = inPlaceOf(table, target.kind.destinationType);
      const digest = await append(session, contents, { table, into: table.name, change });
      expected.set(table.name, String(digest));
      return { table: table.name, rows: digest.rows, outcome: 'copied' };
    });
    const at = options.clock();
    await beginNotes(session, COPIED_TABLE, { contents, at });
    for (const note of notes.tables.values()) await writeNote(session, COPIED_TABLE, { contents, note, at });
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
