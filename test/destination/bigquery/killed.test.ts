import type { Dataset } from '../../../src/destination';
import type { FailpointName } from '../../../src/destination/failpoint';
import { newPrefix, withPrefix } from '../../bigquery/destinations';
import { isFor } from '../../bigquery/jobs';
import { dump } from '../../bigquery-check/dump';
import { loadItems, type Order } from '../../bigquery-check/load-items';
import { startLoad } from '../../bigquery-check/load-process';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { temporaryFolder } from '../harness';

let fake: BigQueryFake;
const folder = temporaryFolder();

/** What the first load leaves that nothing disturbs, and what the second does. */
let undisturbed: { readonly first: unknown; readonly second: unknown };

beforeAll(async () => {
  fake = await startBigQuery();
  const prefix = newPrefix();
  await loadItems(first(prefix));
  const afterFirst = await dumped(prefix);
  await loadItems(second(prefix));
  undisturbed = { first: afterFirst, second: await dumped(prefix) };
});
afterAll(() => fake.close());
afterEach(() => fake.faults.clear());

const orderIn = (datasetPrefix: string): Pick<Order, 'options' | 'workDir'> => ({
  options: { projectId: fake.projectId, location: 'EU', apiEndpoint: fake.endpoint, datasetPrefix },
  workDir: folder,
});

const first = (prefix: string): Order => ({ ...orderIn(prefix), loadKey: 'first', ids: [1, 2, 3] });

/** Changes rows, adds some, and has a column that is new. */
const second = (prefix: string): Order => ({
  ...orderIn(prefix),
  loadKey: 'second',
  ids: [2, 3, 4],
  column: 'more',
});

const open = (prefix: string): Promise<Dataset> =>
  withPrefix(fake, prefix).open({ pipeline: 'check', dataset: 'data', workDir: folder });

async function dumped(prefix: string): Promise<unknown> {
  const dataset = await open(prefix);
  const found = await dump(dataset);
  await dataset.close();
  return found;
}

const BEFORE: readonly FailpointName[] = [
  'after-load-job',
  'after-read',
  'after-stage',
  'after-ddl',
  'before-commit',
];
const AFTER: readonly FailpointName[] = ['after-script', 'after-commit', 'before-ack'];

const answerAt = (point: FailpointName): string => (AFTER.includes(point) ? 'skipped' : 'loaded');

describe('a process that is killed with -9, and its load run again: what is there is as if nothing had happened', () => {
  test.each([...BEFORE, ...AFTER])('at %s of the first load of a dataset', async (point) => {
    const prefix = newPrefix();
    expect((await startLoad(first(prefix), { killAt: point }).ended).signal).toBe('SIGKILL');
    expect(await loadItems(first(prefix))).toBe(answerAt(point));
    expect(await dumped(prefix)).toEqual(undisturbed.first);
  });

  test.each(['after-ddl', 'before-commit', 'after-script'] as const)(
    'at %s of a load that changes tables and rows',
    async (point) => {
      const prefix = newPrefix();
      await loadItems(first(prefix));
      expect((await startLoad(second(prefix), { killAt: point }).ended).signal).toBe('SIGKILL');
      expect(await loadItems(second(prefix))).toBe(answerAt(point));
      expect(await dumped(prefix)).toEqual(undisturbed.second);
    },
  );

  test('while its script runs, which goes on without it', async () => {
    const prefix = newPrefix();
    const ofScript = isFor('commit', `${prefix}data`);
    const orphan = fake.faults.hold(ofScript, /^COMMIT/);
    const killed = startLoad(first(prefix));
    await orphan.held;
    process.kill(killed.pid, 'SIGKILL');
    expect((await killed.ended).signal).toBe('SIGKILL');
    // the second one has read what was there before the first script's end, and meets it
    const met = fake.faults.hold(ofScript, /^UPDATE/);
    const again = loadItems(first(prefix));
    await met.held;
    orphan.release();
    met.release();
    expect(await again).toBe('skipped');
    expect(await dumped(prefix)).toEqual(undisturbed.first);
  });
});
