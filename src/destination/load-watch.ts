import { AsyncLocalStorage } from 'node:async_hooks';
import type { TidemarkError } from '../errors';

/** How a load uses a destination that others use too, and what it wants to be told of that. */
export interface LoadWatch {
  /** How long, in milliseconds, a destination that another program holds is waited for; 0: not at all. */
  readonly lockWaitMs: number;
  /** Called once when that waiting begins, with the error that names the holder. */
  readonly onLockWait?: ((held: TidemarkError) => void) | undefined;
  /**
   * Whether the destination stays open for its idle time after the load: for who has many loads, one after the other, since
   * opening and closing cost more than a small load. @default false
   */
  readonly lingers?: boolean | undefined;
  /** Ends any waiting at once, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with what has interrupted work of a destination that is done again. */
  readonly onRerun?: ((error: unknown) => void) | undefined;
  /** Called after each commit with the seconds it took, its wait for its turn included. */
  readonly onCommit?: ((seconds: number) => void) | undefined;
}

const current = new AsyncLocalStorage<LoadWatch>();

/** Runs work under a watch: it holds for every dataset that the work opens or uses, however deep. */
export function withLoadWatch<T>(watch: LoadWatch, work: () => Promise<T>): Promise<T> {
  return current.run(watch, work);
}

export const loadWatch = (): LoadWatch | undefined => current.getStore();
