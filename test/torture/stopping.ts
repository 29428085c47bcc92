import { readSync, writeSync } from 'node:fs';
import { listening } from '../../src/destination/failpoint';

/**
 * Does work that stands still at a line of its commit, the first time that it comes there: it prints `stopped`, and goes on when this
 * process is written to.
 */
export function stopping<T>(at: string | undefined, work: () => Promise<T>): Promise<T> {
  if (!at) return work();
  let stopped = false;
  return listening((point) => {
    if (point !== at || stopped) return;
    stopped = true;
    writeSync(1, 'stopped\n');
    readSync(0, new Uint8Array(1));
  }, work);
}
