import { z } from 'zod';
import { backfillEnd } from './backfill';
import { count, instant, interval, object } from './common';
import { runEnd } from './run';

const row = object({
  pipeline: z.string(),
  source: z.string(),
  resource: z.string(),
  generation: count,
  interval_start: instant.nullable(),
  interval_end: instant.nullable(),
  cursor_start: instant.nullable(),
  cursor_end: instant.nullable(),
  load_key: z.string(),
  load_id: z.string().nullable(),
  rows: count,
  status: z.enum(['loaded', 'failed', 'cancelled', 'skipped', 'superseded', 'reset']),
  error_code: z.string().nullable(),
  error: z.string().nullable(),
  workflow_id: z.string().nullable(),
  run_id: z.string().nullable(),
  attempt: count.nullable(),
  committed_at: instant,
  bytes_billed: z.number().optional(),
  slot_ms: z.number().optional(),
}).describe('a row of the ledger, the table _tidemark_intervals');

const gap = object({
  start: instant,
  end: instant,
  cause: z.enum(['never-planned', 'paused', 'failed', 'cancelled', 'skipped', 'superseded']),
  row: row.optional(),
}).describe('a range that is not loaded, and why');

/** `tidemark intervals` */
export const intervals = object({
  pipeline: z.string(),
  resources: z.array(
    object({
      source: z.string(),
      resource: z.string(),
      reached: z.boolean().describe('whether a backfill loads it'),
      rows: z.array(row),
      expected: z.boolean().describe('whether gaps were looked for'),
      gaps: z.array(gap),
    }),
  ),
});

/** `tidemark show` */
export const show = z.union([
  runEnd.describe('of a run'),
  backfillEnd.describe('of a backfill'),
  intervals.describe('of a pipeline with a date'),
]);

const cost = object({
  bytesBilled: z.number(),
  slotMs: z.number(),
  intervals: z.array(
    object({
      start: instant.nullable(),
      end: instant.nullable(),
      bytesBilled: z.number(),
      slotMs: z.number(),
    }),
  ),
});

/** `tidemark status` */
export const status = z.array(
  object({
    pipeline: z.string(),
    schedule: object({
      pipeline: z.string(),
      scheduleId: z.string(),
      exists: z.boolean().describe('whether it is deployed'),
      paused: z.boolean(),
      note: z.string().optional(),
      nextTick: instant.optional(),
      lastTick: instant.optional(),
    })
      .optional()
      .describe('left out where the pipeline has none'),
    runs: z.array(
      object({
        workflowId: z.string(),
        runId: z.string(),
        pipeline: z.string(),
        kind: z.enum(['load', 'backfill']),
        status: z.string(),
        interval: interval.optional(),
        startedAt: instant,
        closedAt: instant.optional(),
        phase: z.string().optional(),
        reason: z.string().optional(),
      }),
    ),
    resources: z
      .array(
        object({
          resource: z.string(),
          loads: count,
          rows: count,
          last: instant.optional().describe('the latest end of what is loaded'),
          reached: z.boolean(),
          gaps: count.nullable().describe('null where nobody looks for gaps'),
          cost: cost.optional(),
        }),
      )
      .nullable()
      .describe('null where the ledger was not read'),
    unread: z.string().optional().describe('why the ledger was not read'),
  }),
);
