import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { readAttemptFailure } from '../../workflows/failures';
import { loaded } from './plan-activities';

const failed = (cause: Error): ActivityFailure =>
  new ActivityFailure('it failed', 'tidemarkLoadResource', '1', 'NON_RETRYABLE_FAILURE', 'worker', cause);
const details = [{ version: 1, outcomes: [loaded('a', 7)] }];

test.each<[string, Error, unknown]>([
  ['a cancel', new CancelledFailure('cancelled', details), { status: 'cancelled' }],
  [
    'a stop of the worker',
    ApplicationFailure.create({ type: 'WORKER_STOPPED', message: 'its worker was stopped', details }),
    { status: 'lost', message: 'its worker was stopped' },
  ],
])('what a load committed before %s is read from its failure', (_, cause, end) => {
  expect(readAttemptFailure(failed(cause))).toEqual({ ...(end as object), outcomes: [loaded('a', 7)] });
});

test('a cancel before the load began says nothing of it', () => {
  expect(readAttemptFailure(new CancelledFailure('cancelled'))).toEqual({ status: 'cancelled' });
});
