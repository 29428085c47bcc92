import { parseArgs } from 'node:util';

/** What `npm run bigquery-check` was asked for. */
export interface CheckOptions {
  /** @default that of the credentials */
  readonly project: string | undefined;
  readonly location: string | undefined;
  /** Another address than Google's: an emulator's. */
  readonly endpoint: string | undefined;
  /** Whether the datasets stay. */
  readonly keep: boolean;
  /** Whether nothing is checked, and what earlier runs have left is deleted. */
  readonly clean: boolean;
  /** Groups to run; none are all. */
  readonly only: readonly string[];
  /** Cases that run at once. */
  readonly parallel: number;
}

export const USAGE = `npm run bigquery-check -- --project PROJECT [--location EU] [--keep] [--clean] [--only GROUP]… [--parallel 8] [--endpoint URL]

Asks a BigQuery what the tests ask the emulator, in datasets of its own, which it deletes. Credentials are those of the config or
Google's application default ones. --endpoint takes the address of an emulator instead.
--clean checks nothing, and deletes what runs have left that were killed.`;

/** @throws Error for what isn't an option, told in a sentence */
export function parseOptions(args: readonly string[]): CheckOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      project: { type: 'string' },
      location: { type: 'string' },
      endpoint: { type: 'string' },
      keep: { type: 'boolean' },
      clean: { type: 'boolean' },
      only: { type: 'string', multiple: true },
      parallel: { type: 'string', default: '8' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return 'help';
  const parallel = Number(values.parallel);
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > 100)
    throw new Error(`"${values.parallel}" is not a number of cases at once; give one of 1 to 100.`);
  const { project, location, endpoint, keep = false, clean = false, only = [] } = values;
  return { project, location, endpoint, keep, clean, only, parallel };
}
