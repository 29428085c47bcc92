import { z } from 'zod';
import { count, instant, interval, intervalOrNone, object, timings } from './common';

const version = object({ version: count, at: instant });

/** `tidemark schema show` */
export const schemaShow = object({
  pipeline: z.string(),
  dataset: z.string(),
  sources: z.array(
    object({
      source: z.string(),
      tables: z.array(
        object({
          table: z.string(),
          parent: z.string().optional(),
          resource: z.string().optional(),
          writeDisposition: z.string().optional(),
          since: version.optional(),
          columns: z.array(
            object({
              column: z.string(),
              type: z.string(),
              nullable: z.boolean(),
              hints: z.array(z.string()),
              since: version.optional(),
            }),
          ),
        }),
      ),
      versions: z.array(version),
    }),
  ),
});

/** `tidemark schema export` */
export const schemaExport = z.union([
  object({ pipeline: z.string(), format: z.string(), text: z.string() }),
  z
    .looseObject({ version: count, name: z.string() })
    .describe('with --format json: the schema, as dlt has it'),
]);

const change = z.enum(['added', 'changed', 'gone']);
const compared = object({
  pipeline: z.string(),
  source: z.string(),
  version: count.optional(),
  at: instant.optional(),
});

/** `tidemark schema diff` */
export const schemaDiff = object({
  from: compared,
  to: compared,
  tables: z.array(
    object({
      table: z.string(),
      change,
      before: z.string().optional(),
      after: z.string().optional(),
      columns: z.array(
        object({ column: z.string(), change, before: z.string().optional(), after: z.string().optional() }),
      ),
    }),
  ),
});

/** `tidemark drop` */
export const drop = object({
  pipeline: z.string(),
  status: z.enum(['planned', 'dropped']),
  dataset: z.string(),
  tables: z.array(
    object({
      source: z.string(),
      table: z.string(),
      fate: z.enum(['dropped', 'emptied', 'own rows deleted']),
      rows: count,
    }),
  ),
  resources: z.array(
    object({
      pipeline: z.string(),
      source: z.string(),
      resource: z.string(),
      cursors: z.array(object({ cursor: z.string(), lastValue: z.unknown() })),
      keepsMore: z.boolean().describe('whether it has state beside cursors'),
      loads: count,
      covered: interval.optional(),
    }),
  ),
});

/** `tidemark trace` */
export const trace = object({
  workflowId: z.string(),
  runId: z.string(),
  pipeline: z.string(),
  interval: intervalOrNone,
  status: z.string(),
  startedAt: instant,
  totalMs: z.number().optional(),
  planMs: z.number(),
  queueMs: z.number(),
  attempts: z.array(
    object({
      task: z.string(),
      attempt: count,
      status: z.string(),
      pausedMs: z.number(),
      workerMs: z.number().optional(),
      ranMs: z.number().optional(),
    }),
  ),
  resources: z.array(
    object({ resource: z.string(), status: z.string(), rows: count, timings: timings.optional() }),
  ),
});
