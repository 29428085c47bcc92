import type { BigQueryFake } from '../emulators/bigquery';
import type { JobRecord } from '../emulators/bigquery/job';

/** What a job is for, by the label that tidemark gives it. */
export type Purpose = 'read' | 'stage' | 'define' | 'commit' | 'query';

/** Which jobs are for something, in a dataset if one is named. */
export const isFor =
  (purpose: Purpose, dataset?: string) =>
  ({ configuration: { labels } }: JobRecord): boolean =>
    labels?.['tidemark_job'] === purpose && (dataset === undefined || labels['tidemark_dataset'] === dataset);

/** What the jobs were for that some work made, in their order. */
export async function purposesOf(
  fake: BigQueryFake,
  work: () => Promise<unknown>,
): Promise<readonly string[]> {
  const before = fake.jobs().length;
  await work();
  return fake
    .jobs()
    .slice(before)
    .map(({ configuration }) => configuration?.labels?.['tidemark_job'] ?? '');
}

/** Names of tables as the API lists them, those of staging, too. */
export async function listedTables(
  { endpoint, projectId }: Pick<BigQueryFake, 'endpoint' | 'projectId'>,
  dataset: string,
): Promise<readonly string[]> {
  const answer = await fetch(`${endpoint}/bigquery/v2/projects/${projectId}/datasets/${dataset}/tables`);
  const { tables = [] } = (await answer.json()) as {
    tables?: readonly { readonly tableReference: { readonly tableId: string } }[];
  };
  return tables.map(({ tableReference }) => tableReference.tableId);
}

export const stagesIn = async (fake: BigQueryFake, dataset: string): Promise<readonly string[]> =>
  (await listedTables(fake, dataset)).filter((name) => name.startsWith('_tidemark_stage_'));
