import Table from 'cli-table3';
import type { BenchResult, WorkloadResult } from './results';

const MB = 1024 * 1024;
const PLAIN = { head: [], border: [] };
const LABELS: Readonly<Record<string, string>> = {
  tidemark: 'a  tidemark, pages over HTTP',
  'tidemark-memory': 'b  tidemark, pages from files',
  dlt: 'c  dlt, Parquet',
  'dlt-default': 'c  dlt, its default',
  duckdb: 'd  DuckDB read_json, types known',
  temporal: 'tidemark, a workflow an interval',
  'temporal-grouped': 'tidemark, a workflow for ten',
  local: 'tidemark without Temporal',
};

const ratioText = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)} ×`;

/** A workload's figures, and each contender's CPU time as a multiple of the base's. */
export function workloadTable({ title, rows, unit, base, contenders }: WorkloadResult): string {
  const of = contenders.find(({ name }) => name === base);
  const table = new Table({
    head: [title, 'CPU s', 'wall s', 'peak MB', `${unit}/CPU s`, 'CPU ratio'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: PLAIN,
  });
  for (const { name, median } of contenders)
    table.push([
      LABELS[name] ?? name,
      median.cpuSeconds.toFixed(2),
      median.wallSeconds.toFixed(2),
      (median.peakBytes / MB).toFixed(0),
      Math.round(rows / median.cpuSeconds).toLocaleString('en'),
      of === undefined ? '' : ratioText(median.cpuSeconds / of.median.cpuSeconds),
    ]);
  return table.toString();
}

/** All tables of a result, under what they were measured on. */
export function resultText({ command, machine, versions, workloads }: BenchResult): string {
  const { cpu, cores, memoryBytes, system, node, date } = machine;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const runs = workloads[0]?.contenders[0]?.runs.length ?? 0;
  return [
    command,
    `${cpu}, ${cores} cores, ${(memoryBytes / MB / 1024).toFixed(0)} GB, ${system}, node ${node}, ${peers.join(', ')}; ${date}`,
    `Medians of ${runs} runs in turns, a process each. CPU s: user and system. The ratio is CPU time over that of the line with 1.00.`,
    ...workloads.map(workloadTable),
  ].join('\n\n');
}
