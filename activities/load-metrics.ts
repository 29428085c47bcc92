import type { MetricMeter } from '@temporalio/common';
import type { ComponentReport } from '../src/run';

/** The metrics of loads. Labels are names out of the config and statuses: their number is bounded. */
export const METRICS = {
  /** Rows written to root tables, by pipeline and resource. */
  rows: 'tidemark_rows_total',
  /** Ends of loads, by pipeline, resource and status. */
  loads: 'tidemark_loads_total',
  /** From the first look at the dataset to the end of the commit, by pipeline and resource. */
  load: 'tidemark_load_seconds',
  /** A commit with the wait for its turn, by pipeline. */
  commit: 'tidemark_commit_seconds',
} as const;

interface LoadMetrics {
  readonly committed: (seconds: number) => void;
  readonly ended: (end: ComponentReport) => void;
  aborted(status: 'stopped' | 'cancelled' | 'failed'): void;
}

/** Metrics of one load, through the SDK's meter: one endpoint serves them and the SDK's own. */
export function loadMetrics(
  meter: MetricMeter,
  { pipeline, task }: { readonly pipeline: string; readonly task: string },
): LoadMetrics {
  const own = meter.withTags({ pipeline });
  const loads = own.createCounter(METRICS.loads, '', 'Ends of loads');
  const rows = own.createCounter(METRICS.rows, '', 'Rows written to root tables');
  const load = own.createHistogram(
    METRICS.load,
    'float',
    's',
    'From the first look at the dataset to the commit',
  );
  const commit = own.createHistogram(METRICS.commit, 'float', 's', 'A commit, with the wait for its turn');
  return {
    committed: (seconds) => commit.record(seconds),
    ended({ outcomes, info }) {
      for (const { resource, status } of outcomes) loads.add(1, { resource, status });
      for (const { resource, status, rows: written, seconds } of info?.resources ?? []) {
        if (status !== 'loaded') continue;
        rows.add(written, { resource });
        load.record(seconds, { resource });
      }
    },
    aborted: (status) => loads.add(1, { resource: task, status }),
  };
}
