import { TidemarkError } from '../../errors';

/** What a user's SQL may begin with, after comments and brackets. */
const READING = /^(?:\s|\(|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(select|with|values|table|explain|show)\b/i;

/**
 * Refuses what isn't a statement that reads; the transaction refuses what a reading one would write.
 * @throws TidemarkError QUERY_FAILED
 */
export function refuseOtherThanReading(sql: string): void {
  if (READING.test(sql)) return;
  throw new TidemarkError(
    'QUERY_FAILED',
    'Only one statement that reads is run: SELECT, WITH, VALUES, TABLE, EXPLAIN or SHOW.',
  );
}
