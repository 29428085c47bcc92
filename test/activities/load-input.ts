import type { LoadResourceInput } from '../../src/contracts';

/** The first attempt at the load of a day, of one resource. */
export const loadInput = (of: {
  readonly pipeline: string;
  readonly source: string;
  readonly resource: string;
}): LoadResourceInput => ({
  version: 1,
  pipeline: of.pipeline,
  kind: 'schedule',
  range: {
    mode: 'interval',
    interval: { start: '2024-01-01T00:00:00Z', end: '2024-01-02T00:00:00Z' },
    now: '2024-01-02T00:00:01Z',
  },
  task: {
    name: of.resource,
    source: of.source,
    components: [{ name: of.resource, resources: [of.resource], loadKey: 'key' }],
    retry: { retries: 0, timeoutMs: 60_000, heartbeatTimeoutMs: 30_000 },
  },
  isolated: false,
  options: {},
  attempt: 1,
});
