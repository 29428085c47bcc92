import { z } from 'zod';
import { count, object } from './common';

const columns = z.array(object({ name: z.string(), type: z.string() }));
const rows = z
  .array(z.record(z.string(), z.unknown()))
  .describe('integers have all their digits, beyond 2^53, too');

/** `tidemark preview` */
export const preview = object({
  pipeline: z.string(),
  tables: z.array(object({ table: z.string(), columns, rows })),
});

/** `tidemark query` */
export const query = object({ columns, rows });

const copied = z.array(
  object({ table: z.string(), rows: count, outcome: z.enum(['copied', 'kept', 'there', 'planned']) }),
);

/** `tidemark copy` */
export const copy = object({
  pipeline: z.string(),
  dataset: z.string(),
  from: z.string(),
  to: z.string(),
  status: z.enum(['copied', 'there', 'planned']),
  tables: copied,
  records: copied.describe('what dlt and tidemark keep of loads'),
  others: z.array(z.string()).describe('tables that no load made, which are not copied'),
  pipelines: z.array(z.string()),
  claims: count.describe('loads of the source that may be under way'),
  lastLoadId: z.string().optional(),
});

/** `tidemark state show` */
export const stateShow = object({
  pipeline: z.string(),
  sources: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** `tidemark state set` */
export const stateSet = object({
  pipeline: z.string(),
  resource: z.string(),
  cursor: z.string(),
  lastValue: z.unknown(),
});

/** `tidemark state reset` */
export const stateReset = object({ pipeline: z.string(), reset: z.array(z.string()) });
