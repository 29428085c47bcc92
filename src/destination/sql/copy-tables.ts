import { TidemarkError } from '../../errors';
import type { TableSchema } from '../../schema';
import { Timestamp } from '../../value';
import type { ActualTables } from '../commit';
import type { CopiedTable, DatasetContents } from '../content';
import { applyChanges } from './apply-schema';
import type { SqlParam } from './scripting';
import type { SqlSession } from './transaction';

/** There while a dataset is half a copy: what was brought so far. It goes with the transaction that makes it whole. */
export const COPY_TABLE = '_tidemark_copy';
/** What a copy that came to its end brought, kept for who copies again. */
export const COPIED_TABLE = '_tidemark_copied';

export const isCopyTable = (name: string): boolean => name === COPY_TABLE || name === COPIED_TABLE;

/** A row without a table stands for the copy as a whole. */
const WHOLE = '';

/** What is noted of a table that was brought. */
export interface CopyNote {
  readonly table: string;
  readonly rows: number;
  /** What its rows come to: `TableDigest`. */
  readonly digest: string;
}

/** What is noted of a copy. */
export interface CopyNotes {
  readonly sourceId: string;
  readonly sourcePlace: string;
  /** The last load of the source when it began. */
  readonly lastLoad: string | undefined;
  readonly begun: string;
  readonly tables: ReadonlyMap<string, CopyNote>;
}

function notesTable(name: string): TableSchema {
  const columns = [
    { name: 'source_id', data_type: 'text', nullable: false },
    { name: 'source_place', data_type: 'text', nullable: false },
    { name: 'last_load', data_type: 'text', nullable: true },
    { name: 'table_name', data_type: 'text', nullable: false },
    { name: 'row_count', data_type: 'bigint', nullable: false },
    { name: 'digest', data_type: 'text', nullable: false },
    { name: 'noted_at', data_type: 'timestamp', nullable: false },
  ] as const;
  return { name, columns: Object.fromEntries(columns.map((column) => [column.name, { ...column }])) };
}

/** Makes a table of notes, and the one of the copy as a whole. */
export async function beginNotes(
  session: SqlSession,
  name: string,
  { contents, at }: { readonly contents: DatasetContents; readonly at: number },
): Promise<void> {
  const hints = notesTable(name);
  await applyChanges(session, [
    { change: 'create-table', table: name, columns: Object.values(hints.columns), hints },
  ]);
  await writeNote(session, name, { contents, note: { table: WHOLE, rows: 0, digest: '' }, at });
}

export async function writeNote(
  session: SqlSession,
  name: string,
  of: { readonly contents: DatasetContents; readonly note: CopyNote; readonly at: number },
): Promise<void> {
  const { dialect } = session;
  const { contents, note, at } = of;
  const params: readonly SqlParam[] = [
    contents.id,
    contents.location,
    contents.lastLoadId ?? null,
    note.table,
    note.rows,
    note.digest,
    Timestamp.fromMillis(at).toString(),
  ];
  await session.run(
    `INSERT INTO ${dialect.table(name)} (source_id, source_place, last_load, table_name, row_count, digest, noted_at)` +
      ` VALUES (?, ?, ?, ?, ?, ?, ${dialect.instant('?')})`,
    params,
  );
}

export async function dropNote(session: SqlSession, table: string): Promise<void> {
  await session.run(`DELETE FROM ${session.dialect.table(COPY_TABLE)} WHERE table_name = ?`, [table]);
}

/** Undefined where there are none. */
export async function readNotes(
  session: SqlSession,
  tables: ActualTables,
  name: string,
): Promise<CopyNotes | undefined> {
  if (!tables.has(name)) return undefined;
  const rows = await session.rows(
    `SELECT source_id, source_place, last_load, table_name, row_count, digest, noted_at FROM ${session.dialect.table(name)}`,
  );
  const whole = rows.find((row) => row.table_name === WHOLE);
  if (whole === undefined) return undefined;
  const notes = rows.map((row) => ({
    table: String(row.table_name),
    rows: Number(row.row_count),
    digest: String(row.digest),
  }));
  return {
    sourceId: String(whole.source_id),
    sourcePlace: String(whole.source_place),
    lastLoad: typeof whole.last_load === 'string' ? whole.last_load : undefined,
    begun: String(whole.noted_at),
    tables: new Map(notes.flatMap((note) => (note.table === WHOLE ? [] : [[note.table, note]]))),
  };
}

/**
 * Refuses to read or write loads in a dataset that is half a copy: its rows are there in part, and neither state nor ledger.
 * @throws TidemarkError DESTINATION_REFUSED
 */
export function refuseHalfCopied(tables: ActualTables, dataset: string, location: string): void {
  if (!tables.has(COPY_TABLE)) return;
  throw new TidemarkError(
    'DESTINATION_REFUSED',
    `The dataset "${dataset}" in "${location}" is half a copy: "tidemark copy" was begun and didn't come to its end. Run the same copy again, which goes on where it stopped, or drop the dataset.`,
    { details: { dataset } },
  );
}

export const planned = (table: string, rows: number): CopiedTable => ({ table, rows, outcome: 'planned' });
