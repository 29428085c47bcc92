import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Machine } from './machine';
import type { Run } from './measure';

/** The medians of a contender's runs, each figure by itself. */
export type Medians = Pick<Run, 'wallSeconds' | 'cpuSeconds' | 'serverCpuSeconds' | 'peakBytes'>;

export interface ContenderResult {
  readonly name: string;
  readonly median: Medians;
  readonly runs: readonly Run[];
}

export interface WorkloadResult {
  readonly name: string;
  readonly title: string;
  readonly rows: number;
  readonly unit: 'rows' | 'intervals';
  /** The contender that the others are compared with. */
  readonly base: string;
  readonly contenders: readonly ContenderResult[];
}

/** What one run of the benchmark found. */
export interface BenchResult {
  readonly version: 1;
  readonly command: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly workloads: readonly WorkloadResult[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function mediansOf(runs: readonly Run[]): Medians {
  const server = runs.flatMap(({ serverCpuSeconds }) => serverCpuSeconds ?? []);
  return {
    wallSeconds: median(runs.map((run) => run.wallSeconds)),
    cpuSeconds: median(runs.map((run) => run.cpuSeconds)),
    serverCpuSeconds: server.length === 0 ? undefined : median(server),
    peakBytes: median(runs.map((run) => run.peakBytes)),
  };
}

export function readResult(file: string): BenchResult {
  const result = JSON.parse(readFileSync(file, 'utf8')) as BenchResult;
  if (result.version !== 1) throw new Error(`"${file}" is not a result of this benchmark.`);
  return result;
}

/** Writes a result under its date, and as `latest.json`. */
export function writeResult(folder: string, result: BenchResult): string {
  mkdirSync(folder, { recursive: true });
  const text = `${JSON.stringify(result, undefined, 2)}\n`;
  const file = path.join(folder, `${result.machine.date.replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, text);
  writeFileSync(path.join(folder, 'latest.json'), text);
  return file;
}
