import { z } from 'zod';
import {
  cost,
  count,
  failure,
  fates,
  instant,
  interval,
  intervalOrNone,
  object,
  started,
  status,
  timings,
} from './common';

const outcome = object({
  resource: z.string(),
  status: z.enum(['loaded', 'skipped', 'failed', 'cancelled']),
  rows: count,
  tables: z.record(z.string(), count).describe('rows by table, child tables too'),
  bytes: count,
  schemaChanges: z.array(z.string()),
  fates: fates.optional(),
  cost: cost.optional(),
  timings: timings.optional(),
  loadId: z.string().nullable(),
  error: failure.optional(),
});

const options = object({
  bind: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  fullRefresh: z.boolean().optional(),
  replace: z.boolean().optional(),
  force: z.boolean().optional(),
  unlessLoaded: z.boolean().optional(),
}).describe('what was asked of its loads');

const result = object({
  version: z.literal(1),
  pipeline: z.string(),
  kind: z.enum(['schedule', 'manual', 'catchup', 'backfill']),
  interval: intervalOrNone,
  now: instant,
  outcomes: z.array(outcome),
  leftOut: z.array(z.string()),
  options: options.optional(),
  note: z.string().optional(),
  group: object({
    loaded: count,
    failures: z.array(object({ interval, code: z.string(), message: z.string() })),
  }).optional(),
});

/** How a run on Temporal ended. */
export const runEnd = object({
  workflowId: z.string(),
  status,
  result: result.optional(),
  error: failure.optional(),
});

const tableCounts = z.record(z.string(), z.number()).describe('what happened to the rows of a table');

const report = object({
  resource: z.string(),
  status: z.enum(['loaded', 'skipped', 'failed']),
  rows: count,
  tables: z.record(z.string(), count),
  extracted: z.record(z.string(), count),
  counts: z.record(z.string(), tableCounts),
  fates: fates.optional(),
  cost: cost.optional(),
  discarded: z.record(z.string(), z.unknown()),
  bytes: count,
  pages: count,
  seconds: z.number(),
  schemaChanges: z.array(z.string()),
  loadId: z.string().optional(),
  timings: timings.optional(),
  cursors: z.array(
    object({
      path: z.string(),
      start: z.unknown().optional(),
      end: z.unknown().optional(),
      last: z.unknown().optional(),
      stateless: z.boolean(),
    }),
  ),
  warnings: z.array(z.string()),
  error: object({
    resource: z.string(),
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
    retryAfterMs: z.number().optional(),
  }).optional(),
});

const localRun = z
  .array(
    object({
      pipeline: z.string(),
      dataset: z.string(),
      destination: z.string(),
      location: z.string(),
      interval: interval.optional(),
      loadIds: z.array(z.string()),
      timings: timings.optional(),
      resources: z.array(report),
      startedAt: instant,
      finishedAt: instant,
    }),
  )
  .describe('with --local: what was loaded, one for each source');

const all = object({
  pipelines: z.array(
    object({
      pipeline: z.string(),
      status: z.enum(['loaded', 'failed', 'not run', 'not waited for']),
      interval: intervalOrNone,
      rows: count,
      seconds: z.number(),
      error: failure.optional(),
    }),
  ),
}).describe('with --all: what became of each pipeline');

/** `tidemark run` */
export const run = z.union([
  runEnd.describe('how the run ended'),
  localRun,
  all,
  started.describe('with --detach'),
]);
