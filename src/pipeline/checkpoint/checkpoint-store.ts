import type { SteppedPage } from '../../source';
import type { CheckpointHead, PageSegment } from './checkpoint-head';
import type { PageSink } from './page-writer';

/** Where checkpoints are kept: a folder, or a bucket. */
export interface CheckpointPlace {
  /** As messages name it. */
  readonly name: string;
  /**
   * Tries whether checkpoints can be written, read and removed there.
   * @throws CONFIG_INVALID where that takes another config or right; HTTP_NETWORK where the place can't be reached
   */
  check(): Promise<void>;
  /** Makes it ready for a load, and removes what nobody will go on with. @throws as `check` */
  prepare(): Promise<void>;
  /** Where the load with this key keeps its checkpoint. */
  storeOf(key: string, signal: AbortSignal): CheckpointStore;
}

/**
 * What one load keeps: pages, and the head that says which of them belong to the checkpoint. Several attempts may have
 * it open at a time. A method that fails because the place can't be reached throws: it never says that nothing is there.
 */
export interface CheckpointStore {
  readonly name: string;
  /** The checkpoint of the latest attempt; undefined if there is none that is whole. */
  find(): Promise<CheckpointHead | undefined>;
  /** The greatest writer of a checkpoint; 0 if there is none. */
  latestWriter(): Promise<number>;
  /** Whether pages are there as they were written. */
  isWhole(segment: PageSegment): Promise<boolean>;
  pages(segment: PageSegment): AsyncGenerator<SteppedPage>;
  /** Takes the pages of an attempt under a name of its own. */
  sink(name: string): PageSink;
  /** Makes a head the checkpoint: after a crash there is the old one or the new one, whole. */
  write(head: CheckpointHead): Promise<void>;
  /** Removes everything that a head doesn't name; without one, everything. Pages can be written after it. */
  keepOnly(head: CheckpointHead | undefined): Promise<void>;
  remove(): Promise<void>;
}
