import type { Dataset } from '../destination';
import type { LedgerRow } from '../ledger';
import type { EntryResource } from './entry-resources';

/**
 * The ledger's rows of resources, in their order, those of one as they were committed. A source is asked for once: each question may
 * be a job of a second.
 *
 * @param every all resources of the entry: a source of which only some are wanted is asked for each of them
 */
export async function rowsByResource(
  dataset: Pick<Dataset, 'ledger'>,
  wanted: readonly EntryResource[],
  every: readonly EntryResource[],
): Promise<(readonly LedgerRow[])[]> {
  const found = new Map<string, LedgerRow[]>();
  const keep = (rows: readonly LedgerRow[]): void => {
    for (const row of rows) {
      const known = found.get(keyOf(row));
      if (known === undefined) found.set(keyOf(row), [row]);
      else known.push(row);
    }
  };
  for (const source of new Set(wanted.map((one) => one.source))) {
    const ofSource = wanted.filter((one) => one.source === source);
    if (ofSource.length === every.filter((one) => one.source === source).length)
      keep(await dataset.ledger({ source }));
    else for (const { resource } of ofSource) keep(await dataset.ledger({ source, resource }));
  }
  return wanted.map((one) => found.get(keyOf(one)) ?? []);
}

const keyOf = ({ source, resource }: { readonly source: string; readonly resource: string }): string =>
  `${source}\n${resource}`;
