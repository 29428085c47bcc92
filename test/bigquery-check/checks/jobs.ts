import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expectSame, Mismatch } from '../../../src/conformance/check';
import { commit, type Load } from '../../../src/conformance/load-package';
import type { CommitOutcome, Dataset } from '../../../src/destination';
import { KnownDataset } from '../../../src/destination/bigquery/dataset-place';
import { isBigQueryFailure } from '../../../src/destination/bigquery/failure';
import { resultPages, runJob } from '../../../src/destination/bigquery/jobs';
import { resultOf } from '../../../src/destination/bigquery/results';
import type { Check, CheckGroup } from '../check';
import { withDataset } from '../with-dataset';

const MOST_JOBS = 6;
const JOBS_OF_NOTHING = 2;

const fewJobs: Check = {
  name: `a load takes ${MOST_JOBS} jobs at the most, one without rows ${JOBS_OF_NOTHING}, and says what it cost`,
  run: (target) =>
    withDataset(target.place(), async (dataset) => {
      const tree = (id: number, more: object = {}) => ({ id, list: [{ n: id }], ...more });
      const told: string[] = [];
      const load = async (what: string, of: Load, most: number): Promise<void> => {
        const { cost } = await loaded(dataset, of);
        if (cost.jobs > most) throw new Mismatch(what, `${most} jobs at the most`, `${cost.jobs}`);
        told.push(
          `${what}: ${cost.jobs} jobs, ${megabytes(cost.bytesBilled)} billed, ${cost.slotMs} ms of slots`,
        );
      };
      const merge = { disposition: 'merge', primaryKey: ['id'] } as const;
      await load('the first load', { resources: [{ rows: [tree(1)] }] }, MOST_JOBS);
      await load('one with rows', { resources: [{ rows: [tree(2)] }] }, MOST_JOBS);
      await load('one with a new column', { resources: [{ rows: [tree(3, { more: 1 })] }] }, MOST_JOBS);
      await load('a merge', { resources: [{ ...merge, rows: [tree(3)] }] }, MOST_JOBS);
      await load('one without rows', { resources: [{ rows: [] }] }, JOBS_OF_NOTHING);
      return told.join('; ');
    }),
};

async function loaded(
  dataset: Dataset,
  load: Load,
): Promise<{ readonly cost: NonNullable<CommitOutcome['cost']> }> {
  const { status, cost } = await commit(dataset, load);
  expectSame('how it ended', status, 'loaded');
  if (cost === undefined) throw new Mismatch('the cost of a load', 'jobs and bytes', 'none');
  return { cost };
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MB`;

const repeatedQuery: Check = {
  name: 'a query with the id of one that ran is answered by the one that ran (409, duplicate)',
  async run({ client, prefix }) {
    const id = `${prefix}query`;
    const { location } = client.place;
    const configuration = (value: number) => ({
      query: { query: `SELECT ${value} AS x`, useLegacySql: false },
    });
    const answers: unknown[] = [];
    for (const value of [1, 2]) {
      const { reference } = await runJob(client, { id, location, configuration: configuration(value) });
      for await (const page of resultPages(client, reference)) answers.push(...resultOf(page).rows);
    }
    expectSame('both answers', answers, [{ x: 1 }, { x: 1 }]);
    const jobReference = { projectId: client.place.projectId, jobId: id, location };
    const refused = await client
      .call({ method: 'POST', path: 'jobs', body: { jobReference, configuration: configuration(3) } })
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    if (!isBigQueryFailure(refused)) throw new Mismatch('the third request', '409', String(refused));
    expectSame('the third request', [refused.status, refused.reason], [409, 'duplicate']);
    return undefined;
  },
};

const repeatedLoad: Check = {
  name: 'a load job with the id of one that ran loads nothing',
  async run(target) {
    const { client } = target;
    const datasetId = target.place().dataset('jobs');
    const known = new KnownDataset(datasetId);
    await known.create(client);
    const file = path.join(tmpdir(), `${datasetId}.json.gz`);
    await writeFile(file, new Uint8Array(gzipSync('{"id":1}\n')));
    const { projectId } = client.place;
    const configuration = {
      load: {
        destinationTable: { projectId, datasetId, tableId: 'items' },
        sourceFormat: 'NEWLINE_DELIMITED_JSON',
        schema: { fields: [{ name: 'id', type: 'INTEGER', mode: 'NULLABLE' }] },
        writeDisposition: 'WRITE_APPEND',
      },
    };
    const location = await known.location(client);
    try {
      for (let time = 0; time < 2; time += 1)
        await runJob(client, { id: `${datasetId}_load`, location, configuration, file });
    } finally {
      await rm(file);
    }
    const { reference } = await runJob(client, {
      id: `${datasetId}_count`,
      location,
      configuration: {
        query: { query: `SELECT count(*) AS n FROM \`${datasetId}\`.items`, useLegacySql: false },
      },
    });
    for await (const page of resultPages(client, reference))
      expectSame('rows', resultOf(page).rows, [{ n: 1 }]);
    return undefined;
  },
};

/** What jobs are asked for, and what becomes of one that is asked for twice. */
export const jobs: CheckGroup = { group: 'jobs', checks: [fewJobs, repeatedQuery, repeatedLoad] };
