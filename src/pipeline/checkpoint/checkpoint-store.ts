import { randomUUID } from 'node:crypto';
import type { SteppedPage } from '../../source';
import type { CheckpointHead, PageSegment } from './checkpoint-head';
import type { PageSink } from './page-writer';

/** Where checkpoints are kept: a folder, or a bucket. */
export interface CheckpointPlace {
  /** The same for one place that is reached in the same way: what is tried with one of these is tried for all. */
  readonly id: string;
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
  /** Whether pages are there as they were written. */
  isWhole(segment: PageSegment): Promise<boolean>;
  pages(segment: PageSegment): AsyncGenerator<SteppedPage>;
  /** Takes the pages of an attempt under a name of its own. */
  sink(name: string): PageSink;
  /**
   * Makes a head the checkpoint: after a crash there is the old one or the new one, whole.
   * @throws a {@link laterAttempt} where that of one is there; it stays as it is
   */
  write(head: CheckpointHead): Promise<void>;
  /** Removes the pages of this head's writer and of earlier ones that it doesn't name. */
  tidy(head: CheckpointHead): Promise<void>;
  /**
   * Removes what this writer and earlier ones left; nothing where a later one has a checkpoint. Pages can be written after it.
   * @default whoever wrote it
   */
  remove(writer?: number): Promise<void>;
  /** Lets go of what it holds; nothing but `remove` may follow. */
  close(): void;
}

export const laterAttempt = (): Error => new Error('a later attempt of this load writes them now');

/** The name of an attempt's pages, with its number in it, so that only a later attempt removes them. */
export const pagesOf = (writer: number): string => `pages-${writer}-${randomUUID()}.bin`;

/** Which attempt pages are of; 0 for those of a version that didn't say. */
export const writerOf = (pages: string): number => Number(/^pages-(\d+)-[0-9a-f]{8}-/.exec(pages)?.[1] ?? 0);
