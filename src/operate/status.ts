import type { Entry } from '../run';
import { listRuns, type RunSummary, type ScheduleStatus, scheduleStatuses } from '../temporal';
import type { Access } from './access';
import { type ResourceSummary, readIntervals, summaryOf } from './intervals';

/** How a pipeline stands, for one line of an overview. */
export interface PipelineStatus {
  readonly pipeline: string;
  /** Undefined where the entry has none and runs by hand. */
  readonly schedule: ScheduleStatus | undefined;
  /** The newest five. */
  readonly runs: readonly RunSummary[];
  readonly resources: readonly ResourceSummary[];
}

/** Reads how entries stand, their order kept. */
export async function readStatuses(options: {
  readonly access: Access;
  readonly entries: readonly Entry[];
  readonly now: Date;
}): Promise<PipelineStatus[]> {
  const { access, entries, now } = options;
  const client = await access.client();
  const schedules = await scheduleStatuses(client, access.deployment.config);
  const found: PipelineStatus[] = [];
  for (const entry of entries) {
    const resources = await access.withDataset(entry, (dataset) =>
      readIntervals({ entry, dataset, query: {}, now }),
    );
    found.push({
      pipeline: entry.name,
      schedule: schedules.find(({ pipeline }) => pipeline === entry.name),
      runs: await listRuns(client, { pipeline: entry.name, limit: 5 }),
      resources: resources.map(summaryOf),
    });
  }
  return found;
}
