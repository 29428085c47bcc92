import { TidemarkError } from '../../errors';
import type { Attempt, Claim, ClosedRun, CommittedLoad } from '../types';
import type { OldClaims, StoredReader, StoredWriter } from './stored';

/** The attempt that holds what a closed run ended without a load for: later than any of its own. */
export const CLOSED_RUN = 2_147_483_647;

const DAY_MICROS = 86_400_000_000n;
/**
 * How long what a closed run ended without a load for is kept from its late attempts. Temporal takes an attempt back half a minute
 * after its last heartbeat; only a process that was stopped the whole time can come later.
 */
const CLOSED_KEPT = 7n * DAY_MICROS;
/** A claim as old as that is of a run that ended without a word. */
const CLAIM_KEPT = 30n * DAY_MICROS;

/** Until when claims are old, as of now in microseconds. */
const oldClaims = (now: bigint): OldClaims => ({
  closedBefore: now - CLOSED_KEPT,
  anyBefore: now - CLAIM_KEPT,
});

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
function refuseLateClaim(claim: Claim, holder: Attempt | undefined): void {
  if (holder === undefined || holder.workflowId !== claim.workflowId || holder.runId !== claim.runId) return;
  if (holder.attempt > claim.attempt) throw claimLost(claim, holder);
}

/** Whether an attempt holds what it claimed. */
export function isHolder(holder: Attempt | undefined, { workflowId, runId, attempt }: Attempt): boolean {
  return holder?.workflowId === workflowId && holder.runId === runId && holder.attempt === attempt;
}

/**
 * Takes load keys, within a transaction. What the attempt holds already it keeps: it was looked for when it was taken.
 * @throws TidemarkError CLAIM_LOST
 */
export async function claimAll(
  claims: readonly Claim[],
  {
    writer,
    reader,
    at,
  }: { readonly writer: StoredWriter; readonly reader: StoredReader; readonly at: bigint },
): Promise<ReadonlyMap<string, CommittedLoad>> {
  const holders = await reader.holdersOf(claims.map(({ loadKey }) => loadKey));
  const wanted = claims.filter((claim) => !isHolder(holders.get(claim.loadKey), claim));
  if (wanted.length === 0) return new Map();
  const known = await reader.findLoads(wanted.map(({ loadKey }) => loadKey));
  const taken = wanted.filter(({ loadKey }) => !known.has(loadKey));
  for (const claim of taken) {
    const holder = holders.get(claim.loadKey);
    refuseLateClaim(claim, holder);
    if (holder !== undefined) await writer.dropClaim(claim.loadKey);
  }
  if (taken.length > 0) await writer.claims(taken, at);
  return known;
}

/** Takes back every claim of a closed run, within a transaction, and keeps its keys from attempts that claim them late. */
export async function closeRun(
  { workflowId, runId, loadKeys = [] }: ClosedRun,
  { writer, at }: { readonly writer: StoredWriter; readonly at: bigint },
): Promise<void> {
  await writer.dropClaimsOf({ workflowId, runId });
  // claims end with a commit; those of runs that fail are swept by runs that fail
  await writer.dropOldClaims(oldClaims(at));
  for (const loadKey of loadKeys) {
    await writer.dropClaim(loadKey);
    await writer.claims([{ loadKey, workflowId, runId, attempt: CLOSED_RUN }], at);
  }
}
