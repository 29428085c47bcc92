import type { BackfillSelection, LoadOptions } from '../contracts';

/** Which manual run to start. Dates are texts as a user writes them; without an offset they are in the schedule's zone. */
export interface RunRequest extends LoadOptions {
  readonly pipeline: string;
  readonly logicalDate?: string | undefined;
  readonly intervalAt?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly resources?: readonly string[] | undefined;
}

/** Which intervals to backfill. Dates as in {@link RunRequest}. */
export interface BackfillRequest {
  readonly pipeline: string;
  /** @default the first tick from the schedule's startDate on */
  readonly from?: string | undefined;
  /** Exclusive. @default the last complete tick, and not beyond the schedule's last interval */
  readonly to?: string | undefined;
  /** @default 'cron' */
  readonly chunk?: string | number | undefined;
  /** @default 1 */
  readonly parallel?: number | undefined;
  readonly resources?: readonly string[] | undefined;
  /** @default 'missing' */
  readonly select?: BackfillSelection | undefined;
  /** @default 'oldest' */
  readonly order?: 'oldest' | 'newest' | undefined;
  /** Neighbouring intervals that one run loads, each a load of its own. @default 1 */
  readonly group?: number | undefined;
}
