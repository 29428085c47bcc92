import { TidemarkError } from '../errors';
import { messageAlone } from './failure';
import type { LoadInfo, ResourceFailure } from './types';

/**
 * What `run` rejects with when a resource was not loaded: never before every other resource had its chance.
 * `info` tells what was loaded all the same, `failures` each resource that failed and why.
 */
export class LoadFailedError extends TidemarkError {
  override readonly name = 'LoadFailedError';
  readonly info: LoadInfo;
  readonly failures: readonly ResourceFailure[];

  constructor(info: LoadInfo, failures: readonly ResourceFailure[], cause: unknown) {
    const list = failures
      .map((failure) => `${failure.resource}: ${messageAlone(failure)} [${failure.code}]`)
      .join('; ');
    super(
      'LOAD_FAILED',
      `Pipeline "${info.pipeline}" did not load ${failures.length === 1 ? 'a resource' : `${failures.length} resources`}: ${list}`,
      {
        cause,
        details: { failures },
        retryable: failures.every((failure) => failure.retryable),
      },
    );
    this.info = info;
    this.failures = failures;
  }
}
