import { z } from 'zod';
import { count, failure, instant, interval, object, started, status } from './common';

const range = object({
  from: instant,
  to: instant,
  chunk: z.union([z.string(), z.number()]).optional(),
  select: z.enum(['missing', 'failed', 'all']).optional(),
  order: z.enum(['oldest', 'newest']).optional(),
  group: count.optional(),
});

/** How a backfill or catch-up ended. */
export const backfillEnd = object({
  workflowId: z.string(),
  status,
  result: object({
    version: z.literal(1),
    pipeline: z.string(),
    phase: z.enum(['planning', 'running', 'paused', 'cancelling', 'done', 'cancelled']),
    reason: z.string().optional(),
    range,
    parallel: count,
    total: count.describe('intervals that had to be run'),
    loaded: count,
    failed: count,
    cancelled: count,
    elsewhere: count.describe('intervals that another run was loading'),
    rows: count,
    running: z.array(interval),
    failures: z.array(object({ interval, workflowId: z.string(), code: z.string(), message: z.string() })),
    leftOut: z.array(z.string()),
    startedAt: instant,
    perMinute: z.number().nullable(),
    etaMs: z.number().nullable(),
  }).optional(),
  error: failure.optional(),
});

const plan = object({
  version: z.literal(1),
  pipeline: z.string(),
  range: interval,
  chunks: z.array(
    object({
      interval,
      nominal: instant.optional(),
      intervals: z.array(interval).optional(),
      why: z.string().optional(),
    }),
  ),
  next: z.string().nullable().describe('null where all chunks are listed'),
  total: count.optional(),
  leftOut: z.array(z.string()).optional(),
  indexed: z.boolean(),
});

/** `tidemark backfill` */
export const backfill = z.union([
  backfillEnd.describe('how the backfill ended'),
  plan.describe('with --dry-run: what would be loaded'),
  started.describe('with --detach'),
]);
