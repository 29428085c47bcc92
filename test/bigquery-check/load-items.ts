import { bigquery, pipeline, resource } from '../../src';
import type { BigQueryOptions } from '../../src/destination';
import { loadResources } from '../../src/pipeline';
import { sourceOf } from '../../src/source';

/** What is to be loaded, so that another process can be told. */
export interface Order {
  readonly options: BigQueryOptions;
  readonly workDir: string;
  readonly loadKey: string;
  /** Ids of rows. */
  readonly ids: readonly number[];
  /** A column that only this load has. */
  readonly column?: string | undefined;
}

/** Loads rows with a list each, by merge, and a state. @returns what became of it: `loaded`, `skipped` */
export async function loadItems({ options, workDir, loadKey, ids, column }: Order): Promise<string> {
  const rows = ids.map((id) => ({
    id,
    text: `row ${id} of ${loadKey}`,
    tags: [{ name: `a${id}` }, { name: `b${id}` }],
    ...(column !== undefined && { [column]: id }),
  }));
  const items = resource({
    name: 'items',
    primaryKey: 'id',
    writeDisposition: 'merge',
    initialState: { loads: [] as string[] },
    async *extract({ state }) {
      yield rows;
      state.loads.push(loadKey);
    },
  });
  await using target = pipeline({ name: 'check', destination: bigquery(options), dataset: 'data', workDir });
  const { info } = await loadResources(target, {
    source: sourceOf({ name: 'check', resources: [items] }) as never,
    loadKey,
    range: { mode: 'incremental' },
  });
  const [report] = info.resources;
  if (report === undefined || report.status === 'failed')
    throw new Error(`${report?.error?.code}: ${report?.error?.message}`);
  return report.status;
}
