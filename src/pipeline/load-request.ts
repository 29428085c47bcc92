import type { Attempt } from '../destination';
import type { HttpWait, RateBudgets } from '../http';
import type { RunRange } from '../interval';
import type { Log, PrepareOptions, Source, WriteDisposition } from '../source';
import type { CheckpointStore } from './checkpoint/checkpoint-store';
import type { LoadProgress } from './types';

/** One load of resources of one source, as `run` and whoever executes a plan ask for it. */
export interface LoadRequest {
  /** What was bound to its resources applies. */
  readonly source: Source;
  /** Which of the source's selected resources; transformers come with the resource that feeds them. @default all */
  readonly resources?: readonly string[] | undefined;
  /**
   * How many resources (with their transformers) are extracted and loaded at a time. Each commits by itself, so their waits
   * for the API overlap, and one's commit with another's extraction. @default 1, one after the other
   */
  readonly parallel?: number | undefined;
  /** Which time is loaded. @default mode `interval` without an interval, the clock's now */
  readonly range?: { readonly [K in keyof RunRange]?: RunRange[K] | undefined } | undefined;
  /** Drawn by the plan for a component; a second load under it answers with the first. @default a new one */
  readonly loadKey?: string | undefined;
  /**
   * Which attempt of the load this is: whoever counts them writes the end of the last one into the ledger. With the run on
   * Temporal that makes it, a later attempt fences the earlier ones. @default the only one
   */
  readonly attempt?: Attempt | { readonly attempt: number } | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly log?: Log | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Told while the load waits for a rate limit or the commit lock: it lives. */
  readonly onWait?: ((wait: HttpWait) => void) | undefined;
  /** Where rate limits with a scope are shared. @default within this process */
  readonly rateBudgets?: RateBudgets | undefined;
  /** Told the id of each checkpoint of a long extraction that was written. */
  readonly onCheckpoint?: ((id: string) => void) | undefined;
  /** Told where a long extraction will keep its checkpoint, before there is any. */
  readonly onCheckpointStore?: ((store: Pick<CheckpointStore, 'name' | 'remove'>) => void) | undefined;
  /** Limits of the deployment, shared by its resources and chunks. */
  readonly http?: PrepareOptions['http'] | undefined;
  /** Replaces the disposition of every resource of the run; `replace` over another one is a full refresh. */
  readonly writeDisposition?: WriteDisposition | undefined;
  /** Data replaced, cursors reset. @default false */
  readonly fullRefresh?: boolean | undefined;
  /** Loads the slice of the range anew: its rows go away and come again. @default false */
  readonly replaceSlice?: boolean | undefined;
  /** Replaces a slice even where fewer than 90 % of its rows come again. @default false */
  readonly force?: boolean | undefined;
}

/** A request whose defaults are filled in. */
export interface ResolvedRequest extends Omit<LoadRequest, 'range' | 'signal' | 'log'> {
  readonly range: RunRange;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** The attempt as the dataset fences it; undefined for a load that no run on Temporal makes. */
export function fencedAttempt({ attempt }: Pick<LoadRequest, 'attempt'>): Attempt | undefined {
  return attempt !== undefined && 'workflowId' in attempt ? attempt : undefined;
}
