import { DateTime } from 'luxon';
import { TidemarkError } from '../../errors';
import {
  type CursorType,
  type Incremental,
  type IncrementalDefinition,
  type IncrementalOptions,
  incremental,
} from '../../incremental';
import { DAY_MS, readWrittenInstant } from '../../interval';
import { type DiscoveredHints, definedSettings, type Log, type Resource, resource } from '../../source';
import { PlainDate } from '../../value';
import { checkCursorValues } from './check-cursor-values';
import { type ReadPlan, readPlan } from './check-shape';
import type { DatabaseTable } from './table-config';
import { nullStatement, rowsStatement } from './table-query';
import type { Database, OpenDatabase, TableRow } from './types';

/**
 * The start of a cursor that has no `initialValue`: earlier than every row. It is given, so that the time range of a run
 * without a start is known and compared with the intervals that are loaded.
 */
const BEGINNING: Partial<Record<CursorType, string | number>> = {
  datetime: '0001-01-01T00:00:00Z',
  date: '0001-01-01',
  iso: '0001-01-01T00:00:00+00:00',
  unix: -62_135_596_800,
  unixMs: -62_135_596_800_000,
  unixFloat: -62_135_596_800,
};

interface Run {
  readonly table: DatabaseTable;
  readonly open: OpenDatabase;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** The resource of one table. `open` is called when a load begins. */
export function tableResource(table: DatabaseTable, open: OpenDatabase): Resource<string, TableRow> {
  const { resource: name, cursor, primaryKey, writeDisposition } = table;
  const options = {
    ...definedSettings({ primaryKey, writeDisposition }),
    name,
    discover: ({ signal, log }: Pick<Run, 'signal' | 'log'>) => hintsOf({ table, open, signal, log }),
  };
  if (cursor === undefined)
    return resource({
      ...options,
      extract: ({ signal, log }) => rowsOf({ table, open, signal, log }, undefined),
    }) as unknown as Resource<string, TableRow>;
  return resource({
    ...options,
    incremental: cursorOf(table, cursor),
    extract: ({ signal, log, incremental: { cursor: bound } }) => rowsOf({ table, open, signal, log }, bound),
  }) as unknown as Resource<string, TableRow>;
}

/** What its values are is known only when it runs. */
const defineCursor = incremental as (options: IncrementalOptions<unknown>) => IncrementalDefinition<unknown>;

/** A column's name as the path of a field, whatever letters it has. */
function fieldPath(column: string): string {
  if (/^[A-Za-z_]\w*$/.test(column)) return column;
  return /['\\]/.test(column) ? `$[${JSON.stringify(column)}]` : `$['${column}']`;
}

const cursorOf = ({ cursorType, initialValue, lag, cursorNulls }: DatabaseTable, cursor: string) => ({
  cursor: defineCursor({
    cursor: fieldPath(cursor),
    type: cursorType,
    initialValue: initialValue ?? BEGINNING[cursorType] ?? null,
    lag,
    onCursorValueMissing: cursorNulls,
    allowExternalSchedulers: true,
  }),
});

/** Runs work on a connection that is closed after it. */
async function connected<T>(
  { table, open, signal }: Run,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await open({ nested: table.nested, signal });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

const planOf = async ({ table }: Run, database: Database): Promise<ReadPlan> =>
  readPlan(table, await database.describe({ schema: table.schema, table: table.name }));

async function hintsOf(run: Run): Promise<DiscoveredHints> {
  return connected(run, async (database) => {
    const { columns, key } = await planOf(run, database);
    return definedSettings({
      primaryKey: key.length > 0 ? key : undefined,
      columns: Object.fromEntries(columns.map(({ name, hint }) => [name, hint])),
    });
  });
}

async function* rowsOf(
  run: Run,
  cursor: Incremental<unknown> | undefined,
): AsyncGenerator<TableRow[], void, void> {
  const { table, open, signal, log } = run;
  const database = await open({ nested: table.nested, signal });
  try {
    const plan = await planOf(run, database);
    if (plan.cursor?.nullable === true && table.cursorNulls === 'raise')
      await refuseNulls(run, database, plan);
    const range = plan.cursor && { column: plan.cursor, ...boundsOf(table, cursor) };
    const statement = rowsStatement(table, plan.columns, { range, key: plan.key });
    log.debug('reads a table', {
      table: table.name,
      sql: statement.sql,
      params: statement.params.map(String),
    });
    for await (const rows of database.pages(statement, table.pageRows)) {
      checkCursorValues(table, rows, plan.key);
      yield rows;
    }
  } finally {
    await database.close();
  }
}

/** The bounds of the statement. The default start is left out: a row that sorts before it belongs to the first run too. */
function boundsOf(
  { cursorType, initialValue }: DatabaseTable,
  cursor: Incremental<unknown> | undefined,
): { readonly start: unknown; readonly end: unknown } {
  const start = cursor?.startValue ?? undefined;
  const end = cursor?.endValue;
  const beginning = initialValue === undefined && comparable(start) === comparable(BEGINNING[cursorType]);
  if (cursorType === 'iso')
    return { start: beginning ? undefined : dayText(start, -1), end: dayText(end, 2) };
  return { start: beginning ? undefined : start, end };
}

/**
 * The day so many days after that of an ISO text, as text. The database compares `iso` cursors as text, of whose forms
 * (offsets, a space for the T) only the day can be compared, and the offset can move that by one: it reads rows around
 * the range too, and the cursor drops them.
 */
function dayText(bound: unknown, days: number): unknown {
  const written = typeof bound === 'string' ? readWrittenInstant(bound) : undefined;
  if (written === undefined) return bound;
  const day = new Date(written.wallMs - (written.offsetMs ?? 0) + days * DAY_MS);
  return day.getUTCFullYear() > 9999 ? undefined : day.toISOString().slice(0, 10);
}

const comparable = (value: unknown): unknown => {
  if (DateTime.isDateTime(value)) return value.toMillis();
  if (value instanceof PlainDate) return value.iso;
  return typeof value === 'string' && /T.*Z$/.test(value) ? Date.parse(value) : value;
};

async function refuseNulls({ table }: Run, database: Database, { cursor }: ReadPlan): Promise<void> {
  for await (const rows of database.pages(nullStatement(table, cursor!), 1))
    if (rows.length > 0)
      throw new TidemarkError(
        'CURSOR_VALUE_NULL',
        `The table "${table.name}" has a row whose cursor "${table.cursor}" is null; no interval would ever load it. Set cursorNulls: 'include' to load such rows in every run, or 'exclude' to leave them out.`,
        { details: { table: table.name, cursor: table.cursor } },
      );
}
