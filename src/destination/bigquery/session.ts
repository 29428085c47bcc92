import { randomUUID } from 'node:crypto';
import type { QueryResult } from '../types';
import type { BigQueryClient } from './client';
import { costOf, type JobCosts } from './costs';
import type { KnownDataset } from './dataset-place';
import { type DoneJob, type JobConfiguration, resultPages, runJob } from './jobs';
import { type JobLabels, labelValue } from './labels';
import type { QueryParameter } from './parameters';
import { resultOf } from './results';

/** What the jobs of one piece of work have in common. */
export interface JobSession {
  readonly client: BigQueryClient;
  readonly known: KnownDataset;
  /** As BigQuery has it. */
  readonly dataset: string;
  readonly labels: Omit<JobLabels, 'tidemark_job'>;
  readonly costs: JobCosts;
  /** Ends what only this work waits for: a user's query, rows that are brought. */
  readonly signal: AbortSignal | undefined;
}

interface QueryJob {
  readonly sql: string;
  readonly parameters?: readonly QueryParameter[] | undefined;
  /** @default 'NAMED' */
  readonly parameterMode?: 'NAMED' | 'POSITIONAL' | undefined;
  readonly job: JobLabels['tidemark_job'];
  /** Of a request that may be repeated. @default a new one */
  readonly id?: string | undefined;
  /** Whether names without a dataset are those of this one. @default false */
  readonly inDataset?: boolean | undefined;
}

/** Runs a job that is a query, statements or a script. */
export async function runQuery(session: JobSession, query: QueryJob): Promise<DoneJob> {
  const { client, known, costs } = session;
  const done = await runJob(client, {
    id: query.id ?? `tidemark_${query.job}_${randomUUID()}`,
    location: await known.location(client),
    configuration: queryConfiguration(session, query),
    signal: query.job === 'query' ? session.signal : undefined,
  });
  costs.add(costOf(done.job));
  return done;
}

export function queryConfiguration(session: JobSession, query: QueryJob): JobConfiguration {
  const { sql, parameters = [], parameterMode = 'NAMED', job, inDataset = false } = query;
  const { projectId, maximumBytesBilled } = session.client.place;
  const configuration: NonNullable<JobConfiguration['query']> = { query: sql, useLegacySql: false };
  if (parameters.length > 0) {
    configuration.parameterMode = parameterMode;
    configuration.queryParameters = [...parameters];
  }
  if (inDataset) configuration.defaultDataset = { projectId, datasetId: session.dataset };
  if (maximumBytesBilled !== undefined) configuration.maximumBytesBilled = maximumBytesBilled;
  return { query: configuration, labels: labelsOf(session, job) };
}

export function labelsOf({ labels }: JobSession, job: JobLabels['tidemark_job']): Record<string, string> {
  const all: Record<string, string> = { tidemark_job: job };
  for (const [name, value] of Object.entries(labels)) if (value !== undefined) all[name] = labelValue(value);
  return all;
}

/** The whole result of a query. */
export async function queryRows(session: JobSession, query: QueryJob): Promise<QueryResult> {
  const { reference } = await runQuery(session, query);
  let columns: QueryResult['columns'] = [];
  const rows: Readonly<Record<string, unknown>>[] = [];
  for await (const page of resultPages(session.client, reference)) {
    const part = resultOf(page);
    columns = part.columns;
    rows.push(...part.rows);
  }
  return { columns, rows };
}
