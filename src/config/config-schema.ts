import { z } from 'zod';
import { isTidemarkError } from '../errors';
import { durationMs, parseDuration } from '../interval';
import { isRecord } from '../value';
import { parseByteSize } from './byte-size';
import { isSecret, type Secret } from './secret';

/** A text that `read` takes; its own message says what is accepted. */
const readable = (read: (text: string) => unknown): z.ZodType<string, string> =>
  z.string().superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      context.addIssue({
        code: 'custom',
        message: isTidemarkError(error) ? error.message : 'it cannot be read',
      });
    }
  });

const fixedDuration = readable(durationMs);
const byteSize = readable(parseByteSize);
const calendarDuration = readable(parseDuration);
/** Far more than anybody means; beyond it there is a slip, or a number that the server refuses. */
const MOST = 100_000;
const count = (from: number, to: number = MOST) => {
  const error = `write a whole number from ${from} to ${to}`;
  return z.int({ error }).min(from, { error }).max(to, { error });
};
const retries = count(0, 1000);

const secretText = z.custom<string | Secret>((value) => typeof value === 'string' || isSecret(value), {
  error: 'write a text',
});

const decomposeKind = z.enum(['none', 'serialize', 'parallel', 'parallel-isolated']);
const decompose = z.union(
  [decomposeKind, z.strictObject({ kind: decomposeKind, limit: count(1).optional() })],
  {
    error: 'write "none", "serialize", "parallel", "parallel-isolated", or { kind: "parallel", limit: 4 }',
  },
);

const webhookUrl = z.url({
  protocol: /^https?$/,
  error: 'write an address such as https://example.com/hook',
});

const hook = z.union(
  [
    z.custom<(event: unknown) => unknown>((value) => typeof value === 'function'),
    z.strictObject({ url: webhookUrl, headers: z.record(z.string(), secretText).optional() }),
  ],
  { error: 'write a function, or { url } of a webhook' },
);

const httpLimits = z.strictObject({
  rateLimit: z
    .strictObject({
      requests: count(1, 1_000_000_000),
      per: fixedDuration,
      scope: z.string().min(1).max(200).optional(),
    })
    .optional(),
  concurrency: count(1).optional(),
});

const run = {
  decompose: decompose.optional(),
  triggerRule: z.enum(['all_success', 'all_done', 'one_success', 'none_failed']).optional(),
  retries: retries.optional(),
  maxActiveRuns: count(1).optional(),
  mode: z.enum(['interval', 'incremental']).optional(),
  timeout: fixedDuration.optional(),
  http: httpLimits.optional(),
  hooks: z
    .strictObject({ onFailure: hook.optional(), onSuccess: hook.optional(), onGap: hook.optional() })
    .optional(),
};

const instantLike = z.custom<string | Date | { toMillis(): number }>(
  (value) =>
    typeof value === 'string' ||
    value instanceof Date ||
    (isRecord(value) && typeof value['toMillis'] === 'function'),
  { error: 'write a date such as 2023-02-01 or 2023-02-01T00:00:00Z, a Date or a luxon DateTime' },
);

const schedule = z
  .strictObject({
    cron: z.string().optional(),
    every: z.string().optional(),
    timezone: z.string().optional(),
    startDate: instantLike.optional(),
    endDate: instantLike.optional(),
    catchup: z.boolean().optional(),
    jitter: fixedDuration.optional(),
    paused: z.boolean().optional(),
    delay: fixedDuration.optional(),
    lookback: calendarDuration.optional(),
  })
  .refine(({ cron, every }) => (cron === undefined) !== (every === undefined), {
    error: 'give either "cron" or "every"',
  });

const entry = z.strictObject({
  ...run,
  pipeline: z.custom<{ readonly name: string }>(
    (value) =>
      typeof value === 'object' && value !== null && typeof (value as { name?: unknown }).name === 'string',
    { error: 'give what pipeline({ name, destination }) returns' },
  ),
  source: z.custom<() => unknown>((value) => typeof value === 'function', {
    error: 'give a function that makes the source, such as () => zendesk()',
  }),
  overrides: z
    .record(z.string(), z.strictObject({ retries: retries.optional(), timeout: fixedDuration.optional() }))
    .optional(),
  schedule: schedule.optional(),
});

/** The shape of `temporal.config.ts`; what depends on several fields is checked in `resolve-config.ts`. */
export const configSchema = z.strictObject({
  temporal: z
    .strictObject({
      address: z.string().min(1).optional(),
      namespace: z.string().min(1).optional(),
      taskQueue: z.string().min(1).optional(),
      apiKey: secretText.optional(),
      tls: z
        .union([
          z.boolean(),
          z.strictObject({
            serverName: z.string().optional(),
            serverRootCaFile: z.string().optional(),
            clientCertFile: z.string().optional(),
            clientKeyFile: z.string().optional(),
          }),
        ])
        .optional(),
      profile: z.string().min(1).optional(),
      worker: z
        .strictObject({
          maxConcurrentActivities: count(1).optional(),
          maxCachedWorkflows: count(2).optional(),
          gracefulStop: fixedDuration.optional(),
          memoryLimit: byteSize.optional(),
        })
        .optional(),
    })
    .optional(),
  defaults: z.strictObject(run).optional(),
  pipelines: z.array(entry).min(1, { error: 'give one pipeline at least' }),
});
