import { DuckDBInstance } from '@duckdb/node-api';
import { type LedgerRow, type LedgerStatus, ledgerRow, PAUSED } from '../../../src/ledger';
import type { TidemarkClient } from '../../../src/operate';
import { HISTORY_INTERVALS, HISTORY_RESOURCES, HISTORY_START, type Script } from './market';
import { MARKUP } from './texts';

const HOUR = 3_600_000;
const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The first instant of a day of January 2024. */
export const january = (day: number): string => instant(Date.UTC(2024, 0, day));

/** The day that fails in {@link fillMarket}, and those of other gaps. Days 1 to 4 and 6 are loaded, others were never planned. */
export const FAILED_DAY = 5;
export const PAUSED_DAY = 7;
export const SKIPPED_DAY = 8;
/** The message of what fails. */
export const FAILURE = `The market is shut: ${MARKUP}`;

/** Loads the days 1 to 6 of `market` by a worker, of which one fails; writes down other gaps, and a year of `archive`. */
export async function fillMarket(client: TidemarkClient, script: Script): Promise<void> {
  script.day = (day) => {
    if (day === `2024-01-0${FAILED_DAY}`) throw new Error(FAILURE);
  };
  const { workflowId } = await client.startBackfill({ pipeline: 'market', to: january(7) });
  await client.watchBackfill(workflowId);
  script.day = () => undefined;
  const gap = (day: number, code: string, message: string): LedgerRow[] =>
    ['orders', 'visits'].map((resource) => ({
      ...rowOf({ of: 'market', resource, start: january(day), end: january(day + 1), status: 'skipped' }),
      error_code: code,
      error: message,
    }));
  await client.withDataset('market', (dataset) =>
    dataset.record([
      ...gap(PAUSED_DAY, PAUSED, 'The schedule was paused.'),
      ...gap(SKIPPED_DAY, 'SKIPPED', MARKUP),
    ]),
  );
  await fillArchive(client);
}

function rowOf(options: {
  readonly of: string;
  readonly resource: string;
  readonly start: string;
  readonly end: string;
  readonly status: LedgerStatus;
  readonly rows?: number;
}): LedgerRow {
  const { of, resource, start, end, status, rows = 0 } = options;
  return ledgerRow({
    pipeline: of,
    source: of,
    resource,
    generation: 0,
    interval: { start, end },
    covered: { start, end },
    loadKey: `${of}-${resource}-${start}`,
    status,
    rows,
    committedAt: end,
    attempt: status === 'skipped' ? undefined : { attempt: 1 },
    error: status === 'failed' ? { code: 'EXTRACT_FAILED', message: 'it was shut' } : undefined,
  });
}

/** A year with a hole of a month and a failure in each of the other ones. */
async function fillArchive(client: TidemarkClient): Promise<void> {
  const { rows } = await client.grid('archive', { limit: 400 });
  const written = rows.flatMap(({ interval: { start, end } }) => {
    if (start.startsWith('2023-06')) return [];
    const failed = start.slice(8, 10) === '17';
    return ['letters', 'maps'].map((resource) =>
      rowOf({
        of: 'archive',
        resource,
        start,
        end,
        status: failed && resource === 'maps' ? 'failed' : 'loaded',
        rows: 200 + (Math.floor(Date.parse(start) / 86_400_000) % 7),
      }),
    );
  });
  await client.withDataset('archive', (dataset) => dataset.record(written));
}

/**
 * Writes the ledger of `history` into its file: 50,000 rows, of which each 97th failed and each 211th isn't there. By SQL, since
 * `record` looks for each row whether it is there already.
 */
export async function fillHistory(client: TidemarkClient): Promise<void> {
  const at = { start: HISTORY_START, end: instant(Date.parse(HISTORY_START) + HOUR) };
  const file = await client.withDataset('history', async (dataset) => {
    // makes the table
    await dataset.record([rowOf({ of: 'history', resource: 'ads', ...at, status: 'cancelled' })]);
    return dataset.location;
  });
  const instance = await DuckDBInstance.create(file);
  try {
    const connection = await instance.connect();
    await connection.run(HISTORY_SQL);
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

/** The nth change of `history`: a row that gives one of its first ten intervals another state. */
export function changeOfHistory(nth: number): LedgerRow {
  const start = Date.parse(HISTORY_START) + (nth % 10) * HOUR;
  const status = Math.floor(nth / 10) % 2 === 0 ? 'failed' : 'cancelled';
  const interval = { start: instant(start), end: instant(start + HOUR) };
  const row = rowOf({ of: 'history', resource: 'ads', ...interval, status });
  return { ...row, load_key: `change-${nth}`, committed_at: instant(Date.UTC(2024, 0, 1) + nth * 1000) };
}

const HISTORY_SQL = `
  insert into history_data._tidemark_intervals by name
  select
    'history' as pipeline, 'history' as source, resource, 0 as generation,
    start as interval_start, start + interval 1 hour as interval_end,
    start as cursor_start, start + interval 1 hour as cursor_end,
    'history-' || place as load_key, place % 1000 as rows,
    if(place % 97 = 0, 'failed', 'loaded') as status,
    if(place % 97 = 0, 'EXTRACT_FAILED', null) as error_code, if(place % 97 = 0, 'it was shut', null) as error,
    1 as attempt, start + interval 1 hour as committed_at
  from (
    select
      resource, number * ${HISTORY_RESOURCES.length} + nth as place,
      timestamptz '${HISTORY_START}' + number * interval 1 hour as start
    from range(${HISTORY_INTERVALS}) hours(number),
      (values ${HISTORY_RESOURCES.map((resource, at) => `('${resource}', ${at})`).join(', ')}) resources(resource, nth)
  )
  where place % 211 <> 0
  order by start, resource`;
