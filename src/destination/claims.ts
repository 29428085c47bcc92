import { TidemarkError } from '../errors/index';
import type { Attempt, Claim } from './types';

/** The attempt that holds what a closed run ended without a load for: later than any of its own. */
export const CLOSED_RUN = 2_147_483_647;

/** The error of an attempt whose load key is no longer its own. */
export function claimLost({ loadKey, attempt }: Claim, holder: Attempt | undefined): TidemarkError {
  const now =
    holder === undefined || holder.attempt === CLOSED_RUN
      ? 'its run was closed'
      : `attempt ${holder.attempt} of run "${holder.runId}" has it now`;
  return new TidemarkError(
    'CLAIM_LOST',
    `Attempt ${attempt} lost its claim of the load "${loadKey}": ${now}. Nothing was committed.`,
    { details: { loadKey, attempt } },
  );
}

/**
 * Refuses a claim that comes after that of a later attempt of the same run. Another run, such as the one that a reset
 * made, takes the key over whatever its attempt's number is.
 * @throws TidemarkError CLAIM_LOST
 */
export function refuseLateClaim(claim: Claim, holder: Attempt | undefined): void {
  if (holder === undefined || holder.workflowId !== claim.workflowId || holder.runId !== claim.runId) return;
  if (holder.attempt > claim.attempt) throw claimLost(claim, holder);
}
