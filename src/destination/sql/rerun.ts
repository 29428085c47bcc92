import { setTimeout as wait } from 'node:timers/promises';
import { loadWatch } from '../load-watch';
import type { SqlDriver } from './driver';

/** A pause of half of its length at least: those who met, or were refused together, come back apart. @param pause in milliseconds */
export const apart = (pause: number): number => pause * (0.5 + Math.random() / 2);

/**
 * Runs work that leaves nothing behind when it fails, and runs it again where its failure may pass. What a commit was whose
 * answer was lost is the work's to find out: it looks first for what it would write.
 */
export async function withReruns<T>(
  { reruns }: Pick<SqlDriver, 'reruns'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let done = 0; ; done++) {
    try {
      return await work();
    } catch (error) {
      const pause = reruns?.waits[done];
      if (pause === undefined || reruns?.passes(error, done) !== true) throw error;
      const watch = loadWatch();
      watch?.onRerun?.(error);
      // whoever was cancelled is told so by the work
      const signal = watch?.signal;
      await wait(apart(pause), undefined, { signal }).catch(() => undefined);
    }
  }
}
