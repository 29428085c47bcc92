import { ledgerRow } from '../ledger';
import { schemaNameOf } from '../schema';
import { ownField } from '../value';
import type { ComponentLoad } from './component-load';
import { failureOf } from './failure';

/** What says that nothing can be written there, or that it was written in vain before. */
const BEYOND_RECORD = [
  'DESTINATION_NOT_A_DATABASE',
  'DESTINATION_LOCKED',
  'DESTINATION_FAILED',
  'DATASET_MISMATCH',
  'CLAIM_LOST',
] as const;

/** Whether an error of this code says that the ledger can't be written either. */
export const isBeyondRecord = (code: string): boolean => (BEYOND_RECORD as readonly string[]).includes(code);

/**
 * Writes into the ledger that a load ended without one, and why. Whoever counts attempts writes that itself, when there is
 * none left. That the ledger can't be written changes nothing about why the load failed.
 */
export async function recordEnd(
  load: ComponentLoad,
  status: 'failed' | 'cancelled',
  error: unknown,
): Promise<void> {
  const { request, dataset, component, pipeline } = load;
  const { code, message } = failureOf(error);
  if (request.attempt !== undefined || isBeyondRecord(code)) return;
  const source = schemaNameOf(load.source.name);
  try {
    const { generations } = await dataset.snapshot(source);
    await dataset.record(
      component.resources.map((resource) =>
        ledgerRow({
          pipeline,
          source,
          resource,
          generation: ownField(generations, resource) ?? 0,
          interval: request.range.interval,
          loadKey: load.loadKey,
          status,
          error: { code, message },
          committedAt: new Date().toISOString(),
        }),
      ),
    );
  } catch (failure) {
    request.log.warn('the end of a load could not be written into the ledger', {
      resource: component.name,
      status,
      error: failureOf(failure).message,
    });
  }
}
