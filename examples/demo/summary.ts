import path from 'node:path';
import { formatCount, formatInterval, plural } from '../../src/cli/output/format';
import { styleFor } from '../../src/cli/output/style';
import { renderTable } from '../../src/cli/output/table';
import type { Terminal } from '../../src/cli/output/terminal';
import type { Dataset } from '../../src/destination';
import { TidemarkError } from '../../src/errors';
import type { LedgerRow } from '../../src/ledger';
import { backfill } from '../../temporal.config';
import type { ZendeskEmulator } from '../zendesk-emulator';
import type { LoadedPipeline } from './load-pipeline';

const QUERY = 'select event_type, count(*) as events from ticket_events group by 1 order by 2 desc';

/** Says what is loaded: runs and intervals by pipeline, rows by table beside what the API has, where it is, what to try. */
export async function printSummary(options: {
  readonly terminal: Terminal;
  readonly emulator: ZendeskEmulator;
  readonly results: readonly LoadedPipeline[];
  readonly uiUrl: string | undefined;
  readonly keep: boolean;
}): Promise<void> {
  const { terminal, emulator, results, uiUrl, keep } = options;
  const style = styleFor(terminal.colour);
  const dataset = await backfill.openDataset();
  try {
    const ledger = await dataset.ledger({ status: ['loaded'] });
    const tables = await countTables(dataset);
    terminal.out('');
    terminal.out(
      renderTable(
        terminal,
        ['pipeline', 'runs', 'intervals', 'first', 'last', 'rows'],
        results.map(({ pipeline }) => pipelineLine(pipeline, ledger)),
      ),
    );
    terminal.out('');
    const expected = expectedCounts(emulator, ledger);
    terminal.out(
      renderTable(
        terminal,
        ['table', 'rows', 'in Zendesk', ''],
        tables.map(({ table, rows }) => [
          table,
          formatCount(rows),
          formatCount(expected[table] ?? 0),
          rows === expected[table] ? '=' : '≠',
        ]),
      ),
    );
    terminal.out('');
    terminal.out(again(results));
    terminal.out(`${style.bold('file')}   ${path.relative('.', dataset.location)}, dataset ${dataset.name}`);
    terminal.out(`${style.bold('query')}  npm run -s tidemark -- query "${QUERY}"`);
    const wrong = tables.filter(({ table, rows }) => rows !== expected[table]);
    if (wrong.length > 0)
      throw new TidemarkError(
        'RUN_FAILED',
        `What is loaded differs from what the API has, in ${wrong.map(({ table }) => `"${table}"`).join(', ')}.`,
      );
    if (uiUrl !== undefined)
      terminal.out(
        `${style.bold('UI')}     ${keep ? uiUrl : `${uiUrl} while it runs: npm run demo -- --keep`}`,
      );
  } finally {
    await dataset.close();
  }
}

function again(results: readonly LoadedPipeline[]): string {
  const intervals = results.reduce((sum, result) => sum + result.intervals, 0);
  const rows = results.reduce((sum, result) => sum + result.rows, 0);
  return intervals === 0
    ? 'This start loaded nothing: every interval was loaded before, and nothing is loaded twice.'
    : `This start loaded ${plural(intervals, 'interval')}, ${plural(rows, 'row')}.`;
}

function intervalsOf(rows: readonly LedgerRow[]): { readonly start: string; readonly end: string }[] {
  const found = new Map<string, { readonly start: string; readonly end: string }>();
  for (const { interval_start: start, interval_end: end } of rows)
    if (start !== null && end !== null) found.set(`${start} ${end}`, { start, end });
  return [...found.values()].sort((a, b) => a.start.localeCompare(b.start));
}

function pipelineLine(pipeline: string, ledger: readonly LedgerRow[]): string[] {
  const own = ledger.filter((row) => row.pipeline === pipeline);
  const intervals = intervalsOf(own);
  const runs = new Set(own.map(({ workflow_id, run_id }) => `${workflow_id} ${run_id}`));
  return [
    pipeline,
    formatCount(runs.size),
    formatCount(intervals.length),
    formatInterval(intervals.at(0)),
    formatInterval(intervals.at(-1)),
    formatCount(own.reduce((sum, row) => sum + row.rows, 0)),
  ];
}

/** What the API has of the intervals that are loaded, counted by itself. */
function expectedCounts(emulator: ZendeskEmulator, ledger: readonly LedgerRow[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { start, end } of intervalsOf(ledger))
    for (const [table, rows] of Object.entries(emulator.expectedCounts({ from: start, to: end })))
      sums[table] = (sums[table] ?? 0) + rows;
  return sums;
}

async function countTables(dataset: Dataset): Promise<{ readonly table: string; readonly rows: number }[]> {
  const { rows } = await dataset.query(
    "select table_name from information_schema.tables where table_schema = ? and table_name not like '\\_%' escape '\\' order by 1",
    [dataset.name],
  );
  const tables = rows.map((row) => String(row.table_name));
  const counted: { readonly table: string; readonly rows: number }[] = [];
  for (const table of tables) {
    const count = await dataset.query(`select count(*) as rows from "${table}"`);
    counted.push({ table, rows: Number(count.rows[0]?.rows) });
  }
  return counted;
}
