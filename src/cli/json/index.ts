import type { z } from 'zod';
import { backfill } from './backfill';
import { copy, preview, query, stateReset, stateSet, stateShow } from './data';
import { conformance, control, deploy, doctor, error, init, ui, validate } from './deployment';
import { intervals, show, status } from './ledger';
import { run } from './run';
import { drop, schemaDiff, schemaExport, schemaShow, trace } from './schema';

/**
 * What each command prints with `--json`, by its words. Where one fails before it has a result, it prints `error`.
 * `docs/reference/json` has them as JSON Schema, made by `scripts/reference.mjs`; the tests of the commands hold what is printed
 * against them. Commands that aren't listed print no JSON.
 */
export const JSON_OUTPUTS: Readonly<Record<string, z.ZodType>> = {
  init,
  ui,
  deploy,
  run,
  backfill,
  preview,
  status,
  intervals,
  show,
  pause: control,
  resume: control,
  cancel: control,
  resize: control,
  'schema show': schemaShow,
  'schema export': schemaExport,
  'schema diff': schemaDiff,
  trace,
  drop,
  'state show': stateShow,
  'state set': stateSet,
  'state reset': stateReset,
  query,
  copy,
  validate,
  doctor,
  conformance,
};

/** What a command prints with `--json` where it fails before it has a result. */
export const JSON_ERROR: z.ZodType = error;
