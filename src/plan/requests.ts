import type { BackfillSelection } from '../contracts';

/** Which manual run to start. Dates are texts as a user writes them; without an offset they are in the schedule's zone. */
export interface RunRequest {
  readonly pipeline: string;
  readonly logicalDate?: string;
  readonly intervalAt?: string;
  readonly from?: string;
  readonly to?: string;
  readonly resources?: readonly string[];
  readonly bind?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly fullRefresh?: boolean;
  readonly replace?: boolean;
  readonly force?: boolean;
}

/** Which intervals to backfill. Dates as in {@link RunRequest}. */
export interface BackfillRequest {
  readonly pipeline: string;
  /** @default the schedule's startDate */
  readonly from?: string;
  /** Exclusive. @default the last complete tick */
  readonly to?: string;
  /** @default 'cron' */
  readonly chunk?: string | number;
  /** @default 1 */
  readonly parallel?: number;
  readonly resources?: readonly string[];
  /** @default 'missing' */
  readonly select?: BackfillSelection;
  /** @default 'oldest' */
  readonly order?: 'oldest' | 'newest';
  /** Neighbouring intervals that one run loads, each a load of its own. @default 1 */
  readonly group?: number;
}
