import { bigquery } from '../../../src/destination';
import { newPrefix } from '../../bigquery/destinations';
import { isFor } from '../../bigquery/jobs';
import { type BigQueryFake, startBigQuery } from '../../emulators/bigquery';
import { commit, packageOf, rowsOf, temporaryFolder } from '../harness';

let fake: BigQueryFake;
const folder = temporaryFolder();

beforeAll(async () => {
  fake = await startBigQuery();
});
afterAll(() => fake.close());
afterEach(() => fake.faults.clear());

const open = (datasetPrefix: string, signal?: AbortSignal) =>
  bigquery({ projectId: fake.projectId, location: 'EU', apiEndpoint: fake.endpoint, datasetPrefix }).open({
    pipeline: 'p',
    dataset: 'data',
    workDir: folder,
    signal,
  });

const cancels = (): number => fake.requests().filter(({ path }) => /\/cancel$/.test(path)).length;

describe('what is cancelled in BigQuery', () => {
  test('a load whose rows are brought ends that job, and nothing is there', async () => {
    const prefix = newPrefix();
    const dataset = await open(prefix);
    const controller = new AbortController();
    const staging = fake.faults.hold(isFor('stage', `${prefix}data`));
    const load = await packageOf(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    const before = cancels();
    const ended = dataset.commit({ ...load, signal: controller.signal }).catch((error: unknown) => error);
    await staging.held;
    controller.abort();
    expect(await ended).toMatchObject({ code: 'CANCELLED' });
    expect(cancels() - before).toBe(1);
    staging.release();
    expect([...(await dataset.tables()).keys()]).toEqual([]);
    await dataset.close();
  });

  test('a query ends with its job, and the dataset is read on by others', async () => {
    const prefix = newPrefix();
    const dataset = await open(prefix);
    await commit(dataset, { resources: [{ rows: [{ id: 1 }] }] });
    const controller = new AbortController();
    const reader = await open(prefix, controller.signal);
    const query = fake.faults.hold(isFor('query', `${prefix}data`));
    const before = cancels();
    const ended = reader.query('SELECT id FROM items').catch((error: unknown) => error);
    await query.held;
    controller.abort();
    expect(await ended).toMatchObject({ code: 'CANCELLED' });
    expect(cancels() - before).toBe(1);
    query.release();
    expect(await rowsOf(dataset, 'SELECT id FROM items')).toEqual([{ id: 1 }]);
    await Promise.all([reader.close(), dataset.close()]);
  });
});
