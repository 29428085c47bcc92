import Table from 'cli-table3';
import { machineDifferences } from './machine';
import type { BenchResult, ContenderResult } from './results';

/** Two results beside each other, or why they can't be. */
type Comparison =
  | { readonly comparable: true; readonly text: string }
  | { readonly comparable: false; readonly differences: readonly string[] };

const change = (from: number, to: number): string => (to / from).toFixed(2);

/** Compares two results workload by workload; of two machines it gives no ratio at all. */
export function compareResults(before: BenchResult, after: BenchResult): Comparison {
  const differences = machineDifferences(before.machine, after.machine);
  if (differences.length > 0) return { comparable: false, differences };
  const table = new Table({
    head: ['workload', 'contender', 'CPU s', 'then', 'ratio', 'peak MB', 'then', 'ratio'],
    style: { head: [], border: [] },
  });
  for (const workload of before.workloads) {
    const same = after.workloads.find(({ name }) => name === workload.name);
    for (const contender of workload.contenders) {
      const then = same?.contenders.find(({ name }) => name === contender.name);
      if (then !== undefined) table.push([workload.name, contender.name, ...figures(contender, then)]);
    }
  }
  return { comparable: true, text: table.toString() };
}

function figures({ median: before }: ContenderResult, { median: after }: ContenderResult): string[] {
  const mb = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
  return [
    before.cpuSeconds.toFixed(2),
    after.cpuSeconds.toFixed(2),
    change(before.cpuSeconds, after.cpuSeconds),
    mb(before.peakBytes),
    mb(after.peakBytes),
    change(before.peakBytes, after.peakBytes),
  ];
}
