import { signal } from '@preact/signals';
import type { Session } from '../../src/ui/api';
import type { ApiFailure } from './api';

/** What the page knows of its server; undefined until it answers. */
export const session = signal<Session | undefined>(undefined);

/** Why it isn't known. */
export const sessionError = signal<ApiFailure | undefined>(undefined);
