import { isTidemarkError } from '../errors';

/** What the command tells its caller: it did it, it failed, or it was called wrongly (nothing was started then). */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Codes that say that the command line named something that isn't there or can't be read. */
const USAGE_CODES = new Set(['USAGE', 'PIPELINE_UNKNOWN', 'RESOURCE_UNKNOWN', 'CONFIG_NOT_FOUND']);

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  return isTidemarkError(error) && USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed;
}
