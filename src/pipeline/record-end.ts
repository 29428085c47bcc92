import { isTidemarkError } from '../errors';
import { ledgerRow } from '../ledger';
import { schemaNameOf } from '../schema';
import { failureOf } from './failure';
import type { ComponentLoad } from './load-component';
import { loadLog } from './log';

/** What says that nothing can be written there, or that it was written in vain before. */
const BEYOND_RECORD = [
  'DESTINATION_NOT_A_DATABASE',
  'DESTINATION_LOCKED',
  'DESTINATION_FAILED',
  'DATASET_MISMATCH',
  'CLAIM_LOST',
] as const;

/**
 * Writes into the ledger that a load ended without one, and why. A workflow writes that for its loads itself, when it has
 * no attempt left. That the ledger can't be written changes nothing about why the load failed.
 */
export async function recordEnd(
  load: ComponentLoad,
  status: 'failed' | 'cancelled',
  error: unknown,
): Promise<void> {
  const { request, dataset, component, pipeline } = load;
  if (request.attempt !== undefined || BEYOND_RECORD.some((code) => isTidemarkError(error, code))) return;
  const source = schemaNameOf(load.source.name);
  const { code, message } = failureOf(component.name, error);
  try {
    const { generations } = await dataset.snapshot(source);
    await dataset.record(
      component.resources.map((resource) =>
        ledgerRow({
          pipeline,
          source,
          resource,
          generation: generations[resource] ?? 0,
          interval: request.interval,
          loadKey: load.loadKey,
          status,
          error: { code, message },
          committedAt: new Date().toISOString(),
        }),
      ),
    );
  } catch (failure) {
    const log = request.log ?? loadLog(pipeline);
    log.warn('the end of a load could not be written into the ledger', {
      resource: component.name,
      status,
      error: failureOf(component.name, failure).message,
    });
  }
}
