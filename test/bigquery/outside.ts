import type { BigQueryFake } from '../emulators/bigquery';

/** Runs SQL in a dataset as another program does. @throws Error with what BigQuery says */
export async function runOutside(
  { endpoint, projectId }: Pick<BigQueryFake, 'endpoint' | 'projectId'>,
  dataset: string,
  sql: string,
): Promise<void> {
  const url = `${endpoint}/bigquery/v2/projects/${projectId}`;
  const query = { query: sql, useLegacySql: false, defaultDataset: { projectId, datasetId: dataset } };
  const inserted = await fetch(`${url}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jobReference: { projectId, location: 'EU' }, configuration: { query } }),
  });
  const { jobReference, error } = (await inserted.json()) as {
    jobReference?: { jobId: string };
    error?: { message: string };
  };
  if (jobReference === undefined) throw new Error(error?.message ?? 'no job');
  const answer = await fetch(`${url}/queries/${jobReference.jobId}?location=EU&timeoutMs=10000`);
  if (!answer.ok) throw new Error(((await answer.json()) as { error: { message: string } }).error.message);
}
