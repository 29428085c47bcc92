import { signal } from '@preact/signals';
import type { Session } from '../../src/ui/api';
import { type ApiFailure, failureOf, get } from './api';

/** What the page knows of its server; undefined until it answers. */
export const session = signal<Session | undefined>(undefined);

/** Why it isn't known. */
export const sessionError = signal<ApiFailure | undefined>(undefined);

/** Asks for it; the answer is in {@link session} or {@link sessionError}. */
export async function loadSession(): Promise<void> {
  try {
    session.value = await get<Session>('/api/session');
    sessionError.value = undefined;
  } catch (error) {
    sessionError.value = failureOf(error);
  }
}
