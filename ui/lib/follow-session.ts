import { effect } from '@preact/signals';
import type { Session } from '../../src/ui/api';
import { connected, onChange } from './live';
import { session, sessionError } from './session';
import { type Asker, startAsking } from './use-data';

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 60_000;

let asker: Asker | undefined;

/**
 * Asks who the server is, and again where that may have changed: when pages are told of a change or connect again, and from time to
 * time while no Temporal is known, for one may answer only later. Called once.
 */
export function followSession(): void {
  asker = startAsking<Session>('/api/session', ({ data, error }) => {
    if (error !== undefined) sessionError.value = error;
    if (data === undefined) return;
    sessionError.value = undefined;
    // the same in another object would draw all again
    if (JSON.stringify(data) !== JSON.stringify(session.peek())) session.value = data;
  });
  onChange('overview', asker.note);
  effect(() => {
    if (connected.value && session.peek() === undefined) asker?.note();
  });
  askWhileUnknown(FIRST_DELAY_MS);
}

/** Asks at once. */
export const loadSession = (): void => asker?.now();

function askWhileUnknown(delayMs: number): void {
  setTimeout(() => {
    if (session.peek()?.temporal.address === undefined && !document.hidden) asker?.note();
    askWhileUnknown(Math.min(2 * delayMs, LONGEST_DELAY_MS));
  }, delayMs);
}
