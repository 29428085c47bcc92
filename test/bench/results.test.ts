import { compareResults } from '../../bench/compare';
import type { Machine } from '../../bench/machine';
import { resultMarkdown, workloadTable } from '../../bench/print';
import { type BenchResult, type Medians, median, type WorkloadResult } from '../../bench/results';

const machine: Machine = {
  cpu: 'A processor',
  cores: 2,
  memoryBytes: 8 * 1024 ** 3,
  system: 'linux 6.1 x64',
  node: 'v20.9.0',
  date: '2026-01-01T00:00:00.000Z',
};

const figures = (cpuSeconds: number): Medians => ({
  wallSeconds: 1,
  cpuSeconds,
  peakBytes: 256 * 1024 * 1024,
});

function workload(tidemark: number, dlt: number): WorkloadResult {
  const contenders = [
    { name: 'tidemark-memory', median: figures(tidemark), runs: [] },
    { name: 'dlt', median: figures(dlt), runs: [] },
  ];
  return {
    name: 'append-events-1000',
    title: 'append 1,000 events',
    rows: 1000,
    unit: 'rows',
    base: 'tidemark-memory',
    contenders,
  };
}

const result = (on: Machine, tidemark: number): BenchResult => ({
  version: 1,
  command: 'npm run bench',
  machine: on,
  versions: {},
  workloads: [workload(tidemark, 8)],
});

test('the median of an even number of runs lies between the two in the middle', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
});

test("a contender's ratio is its CPU time over that of the base", () => {
  expect(workloadTable(workload(2, 9))).toMatch(/dlt, Parquet.*9\.00.*111.*4\.50 ×/);
});

test('results of one machine are compared, whatever the day and the version of Node', () => {
  const later = { ...machine, node: 'v22.0.0', date: '2026-02-01T00:00:00.000Z' };
  const comparison = compareResults(result(machine, 4), result(later, 2));
  expect(comparison).toEqual({
    comparable: true,
    text: expect.stringMatching(/tidemark-memory.*4\.00.*2\.00.*0\.50/),
  });
});

test.each([{ cpu: 'Another processor' }, { cores: 4 }, { memoryBytes: 1 }, { system: 'darwin 24 arm64' }])(
  'results of two machines give no ratio: %o',
  (difference) => {
    const comparison = compareResults(result(machine, 4), result({ ...machine, ...difference }, 2));
    expect(comparison).toEqual({ comparable: false, differences: [expect.any(String)] });
  },
);

test('the table for the README has every workload and contender of the run, under its command and machine', () => {
  const empty: WorkloadResult = {
    ...workload(2, 9),
    title: '200 intervals of nothing',
    rows: 200,
    unit: 'intervals',
  };
  const text = resultMarkdown({ ...result(machine, 2), workloads: [workload(2, 9), empty] });
  expect(text.split('\n').filter((line) => line.startsWith('|'))).toHaveLength(8);
  expect(text).toMatch(/^`npm run bench` on A processor, 2 cores, 8 GB/);
  expect(text).toMatch(/\| dlt, Parquet \| 9\.00 \| 1\.00 \| 256 \| 111 rows \| {2}\| 4\.50 × \|/);
  expect(text).toMatch(/\| dlt, Parquet \| 9\.00 \| 1\.00 \| 256 \| {2}\| 5\.0 \| 4\.50 × \|/);
});
