import Table from 'cli-table3';
import type { BenchResult, WorkloadResult } from './results';

const MB = 1024 * 1024;
const PLAIN = { head: [], border: [] };
const LABELS: Readonly<Record<string, string>> = {
  tidemark: 'a  tidemark, pages over HTTP',
  'tidemark-memory': 'b  tidemark, pages from files',
  dlt: 'c  dlt, Parquet',
  'dlt-csv': 'c  dlt, CSV',
  'dlt-parquet': 'c  dlt, Parquet by ADBC',
  'dlt-default': 'c  dlt, its default',
  duckdb: 'd  DuckDB read_json, types known',
  'resources-parallel': 'tidemark, four at a time',
  'resources-serial': 'tidemark, one after the other',
  'resources-one-core': 'tidemark, four at a time on one core',
  'dlt-parallelized': 'dlt, Parquet, parallelized',
  temporal: 'tidemark, a workflow an interval',
  'temporal-grouped': 'tidemark, ten intervals a workflow',
  'temporal-coalesced': 'tidemark, ten days in one load',
  local: 'tidemark without Temporal, file held open',
};

const ratioText = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×`;

interface Row {
  readonly contender: string;
  readonly cells: readonly string[];
}

const HEAD = ['CPU s', 'wall s', 'peak MB', 'per CPU s', 'ms each', 'CPU ratio'];
/** Behind the others, where there is a server. */
const SERVER_HEAD = [...HEAD, 'server CPU s'];

const headOf = (workloads: readonly WorkloadResult[]): readonly string[] =>
  workloads.some(({ contenders }) =>
    contenders.some(({ median: { serverCpuSeconds } }) => serverCpuSeconds !== undefined),
  )
    ? SERVER_HEAD
    : HEAD;

/** A workload's figures: each contender's CPU time as a multiple of the base's too. */
function rowsOf(
  { rows, unit, base, contenders }: WorkloadResult,
  { length }: readonly string[],
): readonly Row[] {
  const of = contenders.find(({ name }) => name === base);
  return contenders.map(({ name, median: { cpuSeconds, serverCpuSeconds, wallSeconds, peakBytes } }) => ({
    contender: LABELS[name] ?? name,
    cells: [
      cpuSeconds.toFixed(2),
      wallSeconds.toFixed(2),
      (peakBytes / MB).toFixed(0),
      unit === 'rows' ? `${Math.round(rows / cpuSeconds).toLocaleString('en')} rows` : '',
      unit === 'rows' ? '' : `${((wallSeconds * 1000) / rows).toFixed(1)}`,
      of === undefined ? '' : ratioText(cpuSeconds / of.median.cpuSeconds),
      serverCpuSeconds?.toFixed(2) ?? '',
    ].slice(0, length),
  }));
}

/** A workload's table, as a terminal shows it. */
export function workloadTable(workload: WorkloadResult): string {
  const head = headOf([workload]);
  const table = new Table({
    head: [workload.title, ...head],
    colAligns: ['left', ...head.map(() => 'right' as const)],
    style: PLAIN,
  });
  for (const { contender, cells } of rowsOf(workload, head)) table.push([contender, ...cells]);
  return table.toString();
}

/** All workloads in one table of Markdown, with the command that made it and the machine. */
export function resultMarkdown(result: BenchResult): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const head = headOf(result.workloads);
  const lines = result.workloads.flatMap((workload) => [
    line([`**${workload.title}**`, ...head.map(() => '')]),
    ...rowsOf(workload, head).map(({ contender, cells }) =>
      line([contender.replace(/^[a-d] {2}/, ''), ...cells]),
    ),
  ]);
  return [
    `\`${result.command}\` on ${machineText(result)}.`,
    EXPLANATION,
    [line(['', ...head]), line(['---', ...head.map(() => '--:')]), ...lines].join('\n'),
  ].join('\n\n');
}

const EXPLANATION =
  'Medians of runs in turns, a process each; of what takes minutes, one run. CPU s: user and system.\nThe ratio is CPU time over that of the line with 1.00.';

function machineText({ machine, versions }: BenchResult): string {
  const { cpu, cores, memoryBytes, system, node, date } = machine;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${cpu}, ${cores} cores, ${(memoryBytes / MB / 1024).toFixed(0)} GB, ${system}, node ${node}, ${peers.join(', ')}; ${date}`;
}

/** All tables of a result, under what they were measured on. */
export function resultText(result: BenchResult): string {
  return [result.command, machineText(result), EXPLANATION, ...result.workloads.map(workloadTable)].join(
    '\n\n',
  );
}
