import path from 'node:path';
import { pipeline, postgres } from '../../../src';
import { resolveConfig } from '../../../src/config';
import { zendesk } from '../../../src/sources/zendesk';

/** What a worker of the test is told. */
export interface WorkerSettings {
  /** Of the Temporal server. */
  readonly address: string;
  readonly api: {
    readonly url: string;
    readonly credentials: { readonly subdomain: string; readonly email: string; readonly password: string };
  };
  /** The worker's own. */
  readonly folder: string;
  /** Of the history, ISO text. */
  readonly start: string;
  readonly end: string;
}

export const DATASET = 'support_data';
export const EXPORTS = ['tickets', 'ticket_events', 'ticket_metric_events'] as const;

/** The history in daily intervals, and what is new since its end, into the same tables. The connection is in the environment. */
export function workersConfig({ api, folder, start, end }: WorkerSettings) {
  const into = { destination: postgres(), dataset: DATASET, workDir: path.join(folder, 'work') };
  const at = { baseUrl: api.url, credentials: api.credentials };
  return resolveConfig({
    temporal: { taskQueue: 'torture', worker: { maxConcurrentActivities: 4 } },
    pipelines: [
      {
        pipeline: pipeline({ name: 'history', ...into }),
        source: () => zendesk(at).withResources(...EXPORTS),
        maxActiveRuns: 16,
        schedule: { cron: '@daily', startDate: start, endDate: end, paused: true },
      },
      {
        pipeline: pipeline({ name: 'live', ...into }),
        source: () => zendesk({ ...at, startDate: end }).withResources(...EXPORTS),
        mode: 'incremental',
      },
    ],
  });
}
