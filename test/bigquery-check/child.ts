/**
 * One load in a process of its own: `child.js ORDER`, ORDER being JSON. TIDEMARK_FAILPOINT names the line of the commit at which it
 * kills itself, CHECK_STOP_AT the one at which it prints `stopped` and stands still until it is written to. Prints `done STATUS`.
 */
import { bigquery, pipeline, resource } from '../../src';
import type { BigQueryOptions } from '../../src/destination';
import { armFailpoint } from '../../src/destination/failpoint';
import { loadResources } from '../../src/pipeline';
import { sourceOf } from '../../src/source';
import { stopping } from '../torture/stopping';

/** What a child is to load. */
export interface Order {
  readonly options: BigQueryOptions;
  readonly workDir: string;
  readonly loadKey: string;
  /** Ids of rows. */
  readonly ids: readonly number[];
  /** A column that only this load has. */
  readonly column?: string | undefined;
}

async function main(): Promise<void> {
  const { options, workDir, loadKey, ids, column } = JSON.parse(process.argv[2]!) as Order;
  armFailpoint(process.env['TIDEMARK_FAILPOINT']);
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
  const { info } = await stopping(process.env['CHECK_STOP_AT'], () =>
    loadResources(target, {
      source: sourceOf({ name: 'check', resources: [items] }) as never,
      loadKey,
      range: { mode: 'incremental' },
    }),
  );
  const [report] = info.resources;
  if (report?.status === 'failed') throw new Error(`${report.error?.code}: ${report.error?.message}`);
  process.stdout.write(`done ${report?.status}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
