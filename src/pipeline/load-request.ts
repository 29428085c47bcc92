import type { Attempt } from '../destination';
import type { HttpWait } from '../http';
import type { Interval } from '../interval';
import type { Log, PrepareOptions, Source, WriteDisposition } from '../source';
import type { Timestamp } from '../value';
import type { LoadProgress } from './types';

/** One run of resources of one source, as `run` and the activities ask for it. */
export interface LoadRequest {
  /** What was bound to its resources applies. */
  readonly source: Source;
  /** Which of the source's selected resources; transformers come with the resource that feeds them. @default all */
  readonly resources?: readonly string[];
  /**
   * How many resources (with their transformers) are extracted and loaded at a time. Each commits by itself, so their waits
   * for the API overlap, and one's commit with another's extraction. @default 1, one after the other
   */
  readonly parallel?: number;
  /** The data interval, joined by incrementals that allow it; `start === end` is a manual run. */
  readonly interval?: Interval;
  /** Moves the start that incrementals get, not the interval: UTC ISO text. */
  readonly lookbackStart?: string;
  /** `interval`: stateless over the interval. `incremental`: from the stored cursor, from `firstStart` if there is none. @default 'interval' */
  readonly mode?: 'interval' | 'incremental';
  /** Mode `incremental`: the aligned startDate, UTC ISO text. */
  readonly firstStart?: string;
  /** The one now of the run. @default the clock */
  readonly now?: Timestamp;
  /** Drawn by the plan for a component; a second load under it answers with the first. @default a new one */
  readonly loadKey?: string;
  readonly attempt?: Attempt;
  readonly signal?: AbortSignal;
  readonly log?: Log;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Told while the load waits for a rate limit or the commit lock: it lives. */
  readonly onWait?: (wait: HttpWait) => void;
  /** Told the id of each checkpoint of a long extraction that was written. */
  readonly onCheckpoint?: ((id: string) => void) | undefined;
  /** Limits of the deployment, shared by its resources and chunks. */
  readonly http?: PrepareOptions['http'];
  /** Replaces the disposition of every resource of the run; `replace` over another one is a full refresh. */
  readonly writeDisposition?: WriteDisposition;
  /** Data replaced, cursors reset. @default false */
  readonly fullRefresh?: boolean;
  /** Loads the slice of the range anew: its rows go away and come again. @default false */
  readonly replaceSlice?: boolean;
  /** Replaces a slice even where fewer than 90 % of its rows come again. @default false */
  readonly force?: boolean;
}
