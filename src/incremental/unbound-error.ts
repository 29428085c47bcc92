import { TidemarkError } from '../errors';

/**
 * What reading a value of an incremental's *definition* throws (`code` is `INCREMENTAL_UNBOUND`): values exist only during
 * a run, on the `incremental` that `extract` gets.
 */
export class IncrementalUnboundError extends TidemarkError {
  override readonly name = 'IncrementalUnboundError';

  constructor(cursor: string, property: string) {
    super(
      'INCREMENTAL_UNBOUND',
      `"${property}" of the incremental on "${cursor}" was read from its definition, which has no values. ` +
        'Values exist only during a run: read them from the `incremental` that `extract` gets, and hand the resource ' +
        'a function, not a generator that was started already.',
      { details: { cursor, property } },
    );
  }
}
