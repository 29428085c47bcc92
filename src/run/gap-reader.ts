import type { Dataset } from '../destination';
import type { GapReader } from '../plan';
import { schemaNameOf } from '../schema';

/** Reads out of a dataset's ledger what is not loaded. */
export function gapReader(dataset: Pick<Dataset, 'coverage'>): GapReader {
  return async ({ source, name }, { start, end }) =>
    (await dataset.coverage({ source: schemaNameOf(source), resource: name, start, end })).gaps;
}
