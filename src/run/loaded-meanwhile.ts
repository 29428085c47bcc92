import type { PlannedComponent } from '../contracts';
import type { Dataset } from '../destination';
import { covers, type Interval, intervalSet } from '../interval';
import { rangeOf } from '../ledger';
import { listComponents } from '../plan';
import { schemaNameOf } from '../schema';
import type { Entry } from './entry';

/**
 * Whether others have loaded the whole interval of each resource of a component that an interval reaches. What the
 * component's own load key has led to doesn't count: its load answers with that.
 */
export async function isLoadedByOthers(options: {
  readonly dataset: Pick<Dataset, 'ledger'>;
  readonly entry: Entry;
  readonly source: string;
  readonly component: PlannedComponent;
  readonly interval: Interval | null;
}): Promise<boolean> {
  const { dataset, entry, source, component, interval } = options;
  if (interval === null) return false;
  const joining = listComponents(entry)
    .filter((one) => one.source === source)
    .flatMap(({ resources }) => resources)
    .filter(({ name, joins }) => joins && component.resources.includes(name));
  for (const { name } of joining) {
    const rows = await dataset.ledger({
      source: schemaNameOf(source),
      resource: name,
      status: ['loaded'],
      from: interval.start,
      to: interval.end,
    });
    const ranges = rows.filter(({ load_key }) => load_key !== component.loadKey).map(rangeOf);
    if (!covers(intervalSet(ranges.filter((range) => range !== undefined)), interval)) return false;
  }
  return joining.length > 0;
}
