import { messageAlone } from './failure';
import { fatesText } from './fates';
import type { LoadInfoData, ResourceReport } from './types';

/** Schema changes and warnings beyond so many are counted only; `toJSON` has them all. */
const MOST_LINES = 12;

const grouped = (count: number): string => count.toLocaleString('en-US');
const plural = (count: number, one: string): string => `${grouped(count)} ${one}${count === 1 ? '' : 's'}`;
const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`;

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const unit = bytes < 999_950 ? 'kB' : bytes < 999_950_000 ? 'MB' : 'GB';
  const amount = bytes / { kB: 1e3, MB: 1e6, GB: 1e9 }[unit];
  return `${amount.toFixed(amount < 100 ? 1 : 0)} ${unit}`;
}

/** A line of the table: cells that are set under each other, and a text after them. */
interface Line {
  readonly cells: readonly [name: string, rows: string, bytes: string, time: string] | undefined;
  readonly text: string;
}

function linesOf(report: ResourceReport): Line[] {
  const { resource, status, error, rows, tables, bytes, loadId } = report;
  const time = seconds(report.seconds);
  if (status === 'failed' && error !== undefined)
    return [{ cells: [resource, 'failed', '', time], text: `${error.code}: ${messageAlone(error)}` }];
  if (status === 'skipped' && error !== undefined)
    return [{ cells: [resource, 'skipped', '', ''], text: messageAlone(error) }];
  if (status === 'skipped')
    return [
      {
        cells: [resource, plural(rows, 'row'), '', ''],
        text: `loaded before${loadId === undefined ? '' : `, load ${loadId}`}; nothing was written again`,
      },
    ];
  const text = [loadId === undefined ? 'nothing new' : `load ${loadId}`, fatesText(report.fates)];
  const below = Object.entries(tables).filter(([table]) => table !== resource);
  return [
    {
      cells: [resource, plural(rows, 'row'), bytes === 0 ? '' : size(bytes), time],
      text: text.filter(Boolean).join('; '),
    },
    ...below.map(
      ([table, count]): Line => ({ cells: [`  ${table}`, plural(count, 'row'), '', ''], text: '' }),
    ),
  ];
}

function aligned(lines: readonly Line[]): string[] {
  const widths = [0, 1, 2, 3].map((at) => Math.max(...lines.map(({ cells }) => cells?.[at]?.length ?? 0)));
  return lines.map(({ cells, text }) => {
    const [name = '', ...numbers] = cells ?? [];
    const set = [name.padEnd(widths[0]!), ...numbers.map((cell, at) => cell.padStart(widths[at + 1]!))];
    return `  ${[...set, text].join('  ')}`.trimEnd();
  });
}

/** A table that is new says how many columns it has; what became of them on the way isn't told one by one. */
function schemaChanges(reports: readonly ResourceReport[]): string[] {
  const changes = reports.flatMap((report) => report.schemaChanges);
  const fresh = new Map(
    changes.flatMap((change) => {
      const table = /^new table (\S+)$/.exec(change)?.[1];
      return table === undefined ? [] : [[table, 0] as [string, number]];
    }),
  );
  const others = changes.filter((change) => {
    if (change.startsWith('new table ')) return false;
    const added = /^new column ([^.\s]+)\.\S+ \(\w+\)$/.exec(change)?.[1];
    const table = added ?? /^column ([^.\s]+)\.\S+ widened from \w+ to \w+$/.exec(change)?.[1];
    const columns = table === undefined ? undefined : fresh.get(table);
    if (columns === undefined) return true;
    if (added !== undefined) fresh.set(added, columns + 1);
    return false;
  });
  const tables = [...fresh].map(([table, columns]) => `new table ${table} (${plural(columns, 'column')})`);
  return [...tables, ...others];
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - MOST_LINES;
  const shown = rest > 1 ? [...lines.slice(0, MOST_LINES), `and ${rest} more`] : lines;
  return ['', title, ...shown.map((line) => `  ${line}`)];
}

/** What a destination counts of the work of loads, as it is paid for. */
function costText(reports: readonly ResourceReport[]): string {
  const costs = reports.flatMap(({ cost }) => cost ?? []);
  if (costs.length === 0) return '';
  const sum = (of: 'jobs' | 'bytesProcessed' | 'bytesBilled' | 'slotMs'): number =>
    costs.reduce((total, cost) => total + cost[of], 0);
  return `: ${plural(sum('jobs'), 'job')}, ${size(sum('bytesProcessed'))} processed, ${size(sum('bytesBilled'))} billed, ${seconds(sum('slotMs') / 1000)} of slots`;
}

/** `2023-02-05`, with a time where it isn't midnight. */
const day = (iso: string): string => iso.replace(/T00:00(:00(\.0+)?)?Z$/, '');

/**
 * The outcome of a run for people: what was loaded where, a line a resource and table with rows, size, time and load id,
 * what changed in the schema, and what should be looked at.
 */
export function printLoadInfo(info: LoadInfoData): string {
  const { resources, interval } = info;
  const rows = resources.reduce((sum, report) => sum + (report.status === 'loaded' ? report.rows : 0), 0);
  const failed = resources.filter(({ status }) => status === 'failed').length;
  const took = (Date.parse(info.finishedAt) - Date.parse(info.startedAt)) / 1000;
  return [
    `Pipeline ${info.pipeline} loaded ${plural(rows, 'row')} into dataset ${info.dataset} in ${seconds(took)}` +
      (failed === 0 ? '' : `; ${plural(failed, 'resource')} failed`),
    `${info.destination} ${info.location}${costText(resources)}`,
    ...(interval === undefined ? [] : [`data interval [${day(interval.start)}, ${day(interval.end)})`]),
    '',
    ...aligned(resources.flatMap(linesOf)),
    ...section('Schema', schemaChanges(resources)),
    ...section(
      'Warnings',
      resources.flatMap(({ resource, warnings }) => warnings.map((warning) => `${resource}: ${warning}`)),
    ),
  ].join('\n');
}
