import { z } from 'zod';

/** An object of which every field is listed; what is undefined is left out. */
export const object = z.strictObject;

export const instant = z.string().describe('an instant in UTC, ISO 8601 with Z');
export const count = z.int().nonnegative();

export const interval = object({ start: instant, end: instant }).describe(
  'a data interval, half open, in UTC',
);
/** Null for a run without one. */
export const intervalOrNone = interval.nullable();

export const failure = object({ code: z.string(), message: z.string() }).describe(
  'why it failed: a stable code, and a message in which no secret is',
);

export const cost = object({
  jobs: count,
  bytesProcessed: z.number(),
  bytesBilled: z.number(),
  slotMs: z.number(),
}).describe('what a load has cost, where the destination counts that');

export const fates = object({ updated: count, skipped: count, stale: count, deleted: count }).describe(
  'what became of rows that were not simply written',
);

export const status = z.enum(['completed', 'failed', 'cancelled', 'terminated', 'timedOut']);

/** A run or backfill that was started and isn't waited for. */
export const started = object({
  workflowId: z.string(),
  runId: z.string(),
  attached: z.boolean().describe('whether the very same was under way already'),
});

export const difference = object({
  field: z.string(),
  from: z.string().optional(),
  to: z.string().optional(),
});

const milliseconds = z.number().nonnegative();

export const timings = object({
  totalMs: milliseconds,
  phasesMs: z.record(z.string(), milliseconds).describe('by part of the load; they come to the total'),
  http: object({
    requests: count,
    bytes: count,
    answeringMs: milliseconds,
    parsingMs: milliseconds,
    waitingMs: z.record(z.string(), milliseconds).describe('by what was waited for'),
  }).optional(),
}).describe('where the time of a load went');
