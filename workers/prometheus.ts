import { isIPv6 } from 'node:net';
import type { PrometheusMetricsExporter } from '@temporalio/worker';
import { METRICS } from '../activities';
import { type ListenAddress, LOOPBACK } from './listen-address';

/** Seconds. From a quick commit to a load of hours; commits are mostly below a second. */
const LOAD_BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400];
const COMMIT_BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];

/**
 * The `telemetryOptions.metrics` of a Runtime that answers Prometheus at `http://host:port/metrics`, the SDK's metrics
 * and tidemark's, with buckets that suit loads.
 */
export function prometheusMetrics({ host = LOOPBACK, port }: ListenAddress): PrometheusMetricsExporter {
  return {
    prometheus: {
      bindAddress: `${isIPv6(host) ? `[${host}]` : host}:${port}`,
      useSecondsForDurations: true,
      histogramBucketOverrides: { [METRICS.load]: LOAD_BUCKETS, [METRICS.commit]: COMMIT_BUCKETS },
    },
  };
}
