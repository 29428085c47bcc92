import { bigqueryError, isInterrupted, isOvertaken } from '../../../src/destination/bigquery/errors';
import { BigQueryFailure, isConflict, isPassing } from '../../../src/destination/bigquery/failure';

const failed = (message: string, reason = 'invalidQuery'): BigQueryFailure =>
  new BigQueryFailure(message, { reason });

describe('what failed within a script, which Google tells as a failure of its SQL', () => {
  test.each([
    ['Exceeded rate limits: too many table update operations for this table', 'rateLimitExceeded'],
    [
      'Resources exceeded: Too many DML statements outstanding against table t, limit is 20',
      'rateLimitExceeded',
    ],
    ['Quota exceeded: Your project exceeded quota for free query bytes scanned', 'quotaExceeded'],
    ['Query exceeded limit for bytes billed: 10. 20 or higher required.', 'bytesBilledLimitExceeded'],
    ['Access Denied: Table p:d.t: User does not have permission', 'accessDenied'],
    ['Not found: Table p:d.t was not found in location EU', 'notFound'],
  ])('is known by what it says: %s', (said, reason) => {
    expect(failed(`Query error: ${said} at [3:1]`).reason).toBe(reason);
  });

  test('keeps its reason where Google gave another one, and where the SQL is not a script', () => {
    expect(failed('Query error: Quota exceeded', 'backendError').reason).toBe('backendError');
    expect(failed('Unrecognized name: quota exceeded at [1:8]').reason).toBe('invalidQuery');
    expect(failed('Query error: Division by zero at [3:1]').reason).toBe('invalidQuery');
  });

  test('is tried again, told or refused as it would be by itself', () => {
    const limited = failed('Query error: Exceeded rate limits: too many table update operations at [3:1]');
    expect(isPassing(limited)).toBe(true);
    const told = bigqueryError(limited, { projectId: 'p' }, 'to commit');
    expect(told).toMatchObject({ code: 'DESTINATION_FAILED' });
    expect(isInterrupted(told)).toBe(true);
    const used = failed('Query error: Quota exceeded: too many of them at [3:1]');
    expect(isPassing(used)).toBe(false);
    expect(bigqueryError(used, { projectId: 'p' }, 'to commit')).toMatchObject({
      code: 'DESTINATION_FAILED',
      retryAfterMs: 600_000,
    });
    const denied = failed('Query error: Access Denied: Table p:d.t at [3:1]');
    expect(bigqueryError(denied, { projectId: 'p' }, 'to commit')).toMatchObject({
      code: 'DESTINATION_REFUSED',
      message: expect.stringContaining('BigQuery Data Editor'),
    });
  });

  test('a conflict is one whatever its reason', () => {
    const aborted =
      'Query error: Transaction is aborted due to concurrent update against table p:d.t at [3:1]';
    expect(isConflict(failed(aborted))).toBe(true);
    expect(isOvertaken(bigqueryError(failed(aborted), { projectId: 'p' }, 'to commit'))).toBe(true);
  });
});
