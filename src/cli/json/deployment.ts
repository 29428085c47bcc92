import { z } from 'zod';
import { count, difference, instant, object } from './common';

/** `tidemark deploy` */
export const deploy = object({
  dryRun: z.boolean(),
  schedules: z.array(
    object({
      scheduleId: z.string(),
      pipeline: z.string(),
      action: z.enum(['create', 'update', 'delete', 'unchanged']),
      differences: z.array(difference),
    }),
  ),
  catchUps: z.array(
    object({
      pipeline: z.string(),
      workflowId: z.string(),
      from: instant,
      to: instant,
      started: z.boolean(),
      differences: z.array(difference).optional(),
    }),
  ),
  warnings: z.array(z.string()),
});

/** `tidemark pause`, `resume`, `cancel` and `resize` */
export const control = object({ what: z.string(), done: z.string() });

/** `tidemark ui` */
export const ui = object({
  url: z.string(),
  link: z.string().describe('with the token, where there is one'),
});

/** `tidemark init` */
export const init = z.union([
  object({
    folder: z.string(),
    files: z.array(z.string()).describe('written'),
    kept: z.array(z.string()).describe('there already'),
    next: z.array(z.string()).describe('what to do next'),
    report: z.array(z.string()).optional().describe('what was not taken over'),
  }),
  object({ sources: z.array(object({ name: z.string(), about: z.string() })) }).describe('with --list'),
]);

/** `tidemark validate` */
export const validate = object({
  file: z.string().nullable().describe('null where the config could not be loaded'),
  valid: z.boolean(),
  pipelines: z.array(z.string()),
  findings: z.array(
    object({
      severity: z.enum(['problem', 'warning']),
      pipelines: z.array(z.string()),
      code: z.string(),
      message: z.string(),
    }),
  ),
});

/** `tidemark doctor` */
export const doctor = z.union([
  z.array(object({ what: z.string(), ok: z.boolean(), detail: z.string() })),
  object({ pipeline: z.string(), renamed: count, latest: z.string().optional(), now: z.string() }).describe(
    'with --fix-clock',
  ),
  object({ pipeline: z.string(), forgotten: z.boolean() }).describe('with --forget-host'),
]);

/** `tidemark conformance` */
export const conformance = object({
  destination: z.string(),
  passed: count,
  failed: count,
  results: z.array(
    object({
      kind: z.string(),
      name: z.string(),
      passed: z.boolean(),
      problem: z.string().optional(),
      expected: z.string().optional(),
      found: z.string().optional(),
      told: z.string().optional(),
    }),
  ),
});

/** What any command prints where it fails before it has a result. */
export const error = object({
  error: object({
    code: z.string().describe('stable, such as PIPELINE_UNKNOWN'),
    message: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});
