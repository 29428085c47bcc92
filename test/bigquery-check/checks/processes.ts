import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expectSame, rowsOf } from '../../../src/conformance/check';
import type { FailpointName } from '../../../src/destination/failpoint';
import type { Check, CheckGroup } from '../check';
import { dump } from '../dump';
import { loadItems, type Order } from '../load-items';
import { startLoad } from '../load-process';
import type { Place, Target } from '../target';
import { withDataset } from '../with-dataset';

/** The lines of a commit between its jobs, in their order. */
const POINTS: readonly FailpointName[] = [
  'after-load-job',
  'after-read',
  'after-stage',
  'after-ddl',
  'before-commit',
  'after-script',
  'after-commit',
  'before-ack',
];

const COMMITTED: ReadonlySet<FailpointName> = new Set(['after-script', 'after-commit', 'before-ack']);

type Load = Pick<Order, 'loadKey' | 'ids' | 'column'>;

const FIRST: Load = { loadKey: 'first', ids: [1, 2, 3] };
/** Changes rows, adds some, and has a column that is new. */
const SECOND: Load = { loadKey: 'second', ids: [2, 3, 4], column: 'more' };

/** Gives loads of one place their folder, which goes after the work. */
async function inPlace<T>(place: Place, work: (order: (load: Load) => Order) => Promise<T>): Promise<T> {
  const workDir = await mkdtemp(path.join(tmpdir(), 'tidemark-check-'));
  try {
    return await work((one) => ({ options: place.options, workDir, ...one }));
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

const undisturbed = new WeakMap<Target, Promise<unknown>>();

/** What both loads leave whose process isn't killed; they are done once. */
function expected(target: Target): Promise<unknown> {
  const known = undisturbed.get(target);
  if (known !== undefined) return known;
  const place = target.place();
  const made = inPlace(place, async (order) => {
    await loadItems(order(FIRST));
    await loadItems(order(SECOND));
    return withDataset(place, dump);
  });
  undisturbed.set(target, made);
  return made;
}

const killed = (point: FailpointName): Check => ({
  name: `a process killed at ${point}, and its load run again: what is there is as if nothing had happened`,
  async run(target) {
    const place = target.place();
    const { found, again } = await inPlace(place, async (order) => {
      await loadItems(order(FIRST));
      const { signal } = await startLoad(order(SECOND), { killAt: point }).ended;
      expectSame('what ended it', signal, 'SIGKILL');
      const answer = await loadItems(order(SECOND));
      return { found: await withDataset(place, dump), again: answer };
    });
    const committed = COMMITTED.has(point);
    expectSame('how the load ended that was run again', again, committed ? 'skipped' : 'loaded');
    expectSame('what is there', found, await expected(target));
    return undefined;
  },
});

const meeting: Check = {
  name: 'two commits that were planned from the same version: both are done, one after the other, and nothing is lost',
  async run(target) {
    const place = target.place();
    return inPlace(place, async (order) => {
      await loadItems(order(FIRST));
      const version = (): Promise<number> =>
        withDataset(place, async (dataset) => {
          const [row] = await rowsOf(dataset, 'SELECT version FROM _tidemark_dataset');
          return Number(row?.['version']);
        });
      const before = await version();
      const writers = [
        { loadKey: 'one', ids: [10, 11] },
        { loadKey: 'two', ids: [20, 21] },
      ].map((one) => startLoad(order(one), { stopAt: 'before-commit' }));
      await Promise.all(writers.map(({ stopped }) => stopped));
      for (const writer of writers) writer.goOn();
      const ended = await Promise.all(writers.map(({ ended }) => ended));
      for (const { output } of ended) expectSame('how it ended', /done \w+/.exec(output)?.[0], 'done loaded');
      expectSame('versions since', (await version()) - before, writers.length);
      const ids = await withDataset(place, (dataset) => rowsOf(dataset, 'SELECT id FROM items ORDER BY id'));
      expectSame(
        'rows',
        ids.map(({ id }) => id),
        [1, 2, 3, 10, 11, 20, 21],
      );
      return undefined;
    });
  },
};

/** Processes that are killed between jobs, and such as commit at the same time. */
export const processes: CheckGroup = { group: 'processes', checks: [...POINTS.map(killed), meeting] };
