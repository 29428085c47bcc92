import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../../config';

const POLL_MS = 50;

/** Whether the process has ended within the time. */
export async function endsWithin(pid: number, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}
