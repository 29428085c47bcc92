import { z } from 'zod';
import type { BackfillRequest, RunRequest } from '../operate';
import type { Action, ActionRequest } from './api';
import { Refusal } from './refusal';

const name = z.string().min(1).max(255);
const id = z.string().min(1).max(1_000);
const date = z.string().min(1).max(100);
const resources = z.array(name).min(1).max(1_000);

const runRequest = z.strictObject({
  pipeline: name,
  logicalDate: date.optional(),
  intervalAt: date.optional(),
  from: date.optional(),
  to: date.optional(),
  resources: resources.optional(),
  bind: z.record(name, z.record(name, z.json())).optional(),
  fullRefresh: z.boolean().optional(),
  replace: z.boolean().optional(),
  force: z.boolean().optional(),
}) satisfies z.ZodType<RunRequest>;

const backfillRequest = z.strictObject({
  pipeline: name,
  from: date.optional(),
  to: date.optional(),
  chunk: z.union([z.string().min(1).max(100), z.int().min(1)]).optional(),
  parallel: z.int().min(1).max(1_000).optional(),
  resources: resources.optional(),
  select: z.enum(['missing', 'failed', 'all']).optional(),
  order: z.enum(['oldest', 'newest']).optional(),
  group: z.int().min(1).max(1_000).optional(),
}) satisfies z.ZodType<BackfillRequest>;

const action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('backfill'), request: backfillRequest }),
  z.strictObject({ kind: z.literal('run'), request: runRequest }),
  z.strictObject({ kind: z.literal('pause'), what: id, reason: z.string().max(1_000).optional() }),
  z.strictObject({ kind: z.literal('resume'), what: id }),
  z.strictObject({ kind: z.literal('resize'), workflowId: id, parallel: z.int().min(1).max(1_000) }),
  z.strictObject({ kind: z.literal('cancel'), workflowId: id }),
]) satisfies z.ZodType<Action>;

const actionRequest = z.strictObject({
  key: z.string().min(8).max(200),
  action,
}) satisfies z.ZodType<ActionRequest>;

const gridQuery = z.strictObject({
  from: date.optional(),
  to: date.optional(),
  limit: z.coerce.number<string>().int().min(1).max(10_000).optional(),
});

const previewQuery = z.strictObject({
  cron: z.string().min(1).max(500),
  timezone: name.optional(),
  startDate: date.optional(),
  endDate: date.optional(),
  pipeline: name.optional(),
});

const parse =
  <T>(schema: z.ZodType<T>) =>
  (given: unknown): T => {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    throw new Refusal(400, 'USAGE', problemOf(parsed.error));
  };

/** What is wrong, field by field: the values themselves are not repeated. */
function problemOf({ issues }: z.ZodError): string {
  const lines = issues
    .slice(0, 5)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`));
  return `This can't be taken. ${lines.join('; ')}.`;
}

/** Bodies and queries of requests, checked. Each throws {@link Refusal} 400 for what has another form, or fields that it doesn't know. */
export const requests = {
  action: parse<Action>(action),
  actionRequest: parse<ActionRequest>(actionRequest),
  backfill: parse<BackfillRequest>(backfillRequest),
  run: parse<RunRequest>(runRequest),
  grid: parse(gridQuery),
  at: parse(z.strictObject({ at: date })),
  rows: parse(z.strictObject({ loadId: name, table: name })),
  preview: parse(previewQuery),
  events: parse(z.strictObject({ pipeline: name.optional() })),
} as const;
