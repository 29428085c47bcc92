import { signal } from '@preact/signals';
import type { ActionResult, BackfillSelection, RunRequest } from '../../src/ui/api';

/** What a person is asked about. */
export type ActionDraft =
  | {
      readonly kind: 'backfill';
      readonly pipeline: string;
      /** Seconds since 1970, and the zone of the schedule. @default what the schedule spans */
      readonly range?: { readonly start: number; readonly end: number; readonly zone: string } | undefined;
      readonly select?: BackfillSelection | undefined;
      readonly resources?: readonly string[] | undefined;
    }
  | {
      readonly kind: 'run';
      readonly pipeline: string;
      /** What the fields say at first. */
      readonly request?: RunRequest | undefined;
    }
  /** Of a pipeline's schedule by its name, or of a backfill by its id. */
  | { readonly kind: 'pause' | 'resume'; readonly what: string }
  | { readonly kind: 'resize'; readonly workflowId: string; readonly parallel: number | undefined }
  | { readonly kind: 'cancel'; readonly workflowId: string };

export interface Toast {
  readonly id: number;
  readonly result: ActionResult;
}

/** The dialog that is open, numbered, so that each opening is one of its own. */
export const opened = signal<{ readonly id: number; readonly draft: ActionDraft } | undefined>(undefined);

/** What happened, newest last. */
export const toasts = signal<readonly Toast[]>([]);

/** Grows with each action that was done: who shows what it may have changed reads again. */
export const acted = signal(0);

const MOST_TOASTS = 3;
let last = 0;

/** Asks a person about an action, in a dialog of `ActionHost`. */
export function openAction(draft: ActionDraft): void {
  last += 1;
  opened.value = { id: last, draft };
}

export function closeAction(): void {
  opened.value = undefined;
}

/** Closes the dialog and says what happened. */
export function finishAction(result: ActionResult): void {
  last += 1;
  opened.value = undefined;
  toasts.value = [...toasts.value, { id: last, result }].slice(-MOST_TOASTS);
  acted.value += 1;
}

export function dropToast(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}
