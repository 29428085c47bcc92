import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { incremental, resource, transformer } from '../../src';
import type { LoadRequest } from '../../src/pipeline';
import { loadResources } from '../../src/pipeline/load-resources';
import { silent } from '../silent-log';
import { freshPlace, temporaryFolder } from './harness';
import { sourceOf } from './sources';

export const folder = temporaryFolder();

interface Row {
  readonly id: number;
  readonly at: string;
  readonly lines: readonly { readonly sku: string }[];
}

/** Pages of three rows, the first of each being the last of the page before. */
const pageOf = (number: number): Row[] =>
  [0, 1, 2].map((row) => {
    const id = number * 2 + row;
    return { id, at: new Date(Date.UTC(2024, 0, 1, id + 1)).toISOString(), lines: [{ sku: `s${id}` }] };
  });

const PAGES = 5;
let files = 0;

/** A resource of five pages that can break at a place, with a transformer; notes the pages that it was asked for. */
export function shop(options: { readonly everyPages?: number; readonly limit?: number } = {}) {
  const asked: number[] = [];
  const world: { breakAt: number | undefined; error: () => Error } = {
    breakAt: undefined,
    error: () => new Error('the source is gone'),
  };
  const at = incremental({
    cursor: 'at',
    type: 'iso',
    initialValue: '2024-01-01T00:00:00Z',
    allowExternalSchedulers: true,
  });
  const orders = resource({
    name: 'orders',
    primaryKey: 'id',
    params: { region: 'eu' },
    initialState: { pages: [] as number[] },
    incremental: { at },
    resumable: { everyPages: options.everyPages ?? 1 },
    ...(options.limit !== undefined && { addLimit: { rows: options.limit } }),
    async *extract({ state, sourceState, resumeFrom, checkpoint }) {
      for (let number = Number(resumeFrom ?? 0); number < PAGES; number++) {
        if (number === world.breakAt) throw world.error();
        asked.push(number);
        yield pageOf(number);
        state.pages.push(number);
        sourceState['last'] = number;
        await checkpoint(String(number + 1));
      }
    },
  });
  const lines = transformer({
    name: 'lines',
    from: orders,
    async *extract({ items }) {
      for (const { id, lines: all } of items) yield all.map(({ sku }) => ({ sku, order: id }));
    },
  });
  const place = freshPlace(path.join(folder));
  const workDir = path.join(folder, `work-${++files}`);
  const checkpoints = path.join(workDir, 'checkpoints');
  const source = sourceOf('shop', [orders, lines]);
  const ids: string[] = [];
  const load = async (changes: Partial<LoadRequest> = {}) => {
    asked.length = 0;
    await using p = place.pipeline({ workDir });
    const { info } = await loadResources(p, {
      source,
      loadKey: 'key',
      range: { mode: 'incremental' },
      log: silent,
      onCheckpoint: (id) => ids.push(id),
      ...changes,
    });
    return info.resources;
  };
  /** What the load left, ids and times apart. */
  const left = async () => ({
    orders: await place.read('select id, "at" from data.orders order by id'),
    nested: await place.read('select sku from data.orders__lines order by sku'),
    lines: await place.read('select sku, "order" from data.lines order by sku'),
    ledger: await place.read(
      "select resource, rows, status from data._tidemark_intervals where status = 'loaded' order by resource",
    ),
  });
  const state = async () => {
    await using p = place.pipeline({ workDir });
    const dataset = await p.openDataset();
    const { state: stored } = await dataset.snapshot('shop');
    await dataset.close();
    return stored?.sources?.['shop'];
  };
  return { asked, world, source, orders, load, left, state, workDir, checkpoints, ids };
}

/** What a folder holds; nothing where there is none. */
export const folders = (at: string): string[] => (existsSync(at) ? readdirSync(at) : []);

/** What a load leaves that nothing disturbed. */
export async function undisturbed(
  changes: Partial<LoadRequest> = {},
  options: Parameters<typeof shop>[0] = {},
) {
  const one = shop(options);
  await one.load(changes);
  return { left: await one.left(), state: await one.state() };
}
