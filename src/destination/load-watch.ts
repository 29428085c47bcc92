import { AsyncLocalStorage } from 'node:async_hooks';
import type { TidemarkError } from '../errors';

/** What a load that takes its time wants of a destination, and wants to know of it. */
export interface LoadWatch {
  /** How long a destination that another program holds is waited for. @default 0 */
  readonly lockWaitMs: number;
  /** Told once when that waiting begins, with the error that names the holder. */
  readonly onLockWait?: ((held: TidemarkError) => void) | undefined;
  /**
   * Whether the destination stays open for its idle time after the load: for who has many loads, one after the other, since
   * opening and closing cost more than a small load. @default false
   */
  readonly lingers?: boolean | undefined;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Told what a commit took, with its wait for its turn. */
  readonly onCommit?: ((seconds: number) => void) | undefined;
}

const current = new AsyncLocalStorage<LoadWatch>();

/** Runs work under a watch: it holds for every dataset that the work opens or uses, however deep. */
export function withLoadWatch<T>(watch: LoadWatch, work: () => Promise<T>): Promise<T> {
  return current.run(watch, work);
}

export const loadWatch = (): LoadWatch | undefined => current.getStore();
