import { isTidemarkError, TidemarkError } from '../errors';
import type { Entry } from '../run';
import { messageOf } from './print-error';

/**
 * What is missing of the config and secrets of sources: a line for each pipeline whose runs would fail. Looking them up
 * also makes them known to the redaction.
 */
export function missingSecrets(entries: readonly Entry[]): string[] {
  return entries.flatMap((entry) => {
    try {
      for (const source of entry.sources()) source.prepare();
      return [];
    } catch (error) {
      if (!isTidemarkError(error)) throw error;
      return [`${entry.name}: ${messageOf(error)}`];
    }
  });
}

/** @throws SECRET_MISSING naming everything that is missing */
export function checkSecrets(entries: readonly Entry[]): void {
  const missing = missingSecrets(entries);
  if (missing.length > 0) throw new TidemarkError('SECRET_MISSING', missing.join('\n'));
}
