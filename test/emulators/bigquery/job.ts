import type { DuckDBValue } from '@duckdb/node-api';
import type { ApiError } from './api-error';
import type { ErrorProto, Job, JobConfiguration, JobReference, TableReference } from './rest-types';
import type { Column } from './sql/types';
import type { StatementResult } from './statement-result';

/** What a query's job has found. */
interface JobResult {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly DuckDBValue[])[];
  readonly affected: number | undefined;
}

/** A job, from its insertion on. */
export interface JobRecord {
  readonly reference: Required<JobReference>;
  readonly configuration: JobConfiguration;
  state: 'PENDING' | 'RUNNING' | 'DONE';
  readonly created: number;
  started: number | undefined;
  ended: number | undefined;
  /** Why it failed. */
  error: ApiError | undefined;
  /** What went wrong besides: rows of a load that were left out. */
  readonly warnings: ErrorProto[];
  result: JobResult | undefined;
  statistics: {
    statementType: string | undefined;
    processed: number;
    billed: number;
    slotMs: number;
    dml: { readonly type: string; readonly affected: number } | undefined;
    ddl: StatementResult['ddl'];
    referenced: readonly TableReference[];
    children: number;
    transactionId: string | undefined;
    load: { readonly rows: number; readonly bad: number; readonly bytes: number } | undefined;
  };
  /** Once it has ended, however. */
  readonly done: Promise<void>;
  readonly stop: AbortController;
}

/** A job as the API shows it. */
export function jobResource(job: JobRecord): Job {
  const { reference, configuration, state, error, warnings } = job;
  const { projectId, location, jobId } = reference;
  const failure: ErrorProto | undefined = error && { reason: error.reason, message: error.message };
  const errors = [...(failure === undefined ? [] : [failure]), ...warnings];
  const status: NonNullable<Job['status']> = { state };
  if (failure !== undefined) status.errorResult = failure;
  if (errors.length > 0) status.errors = errors;
  return {
    kind: 'bigquery#job',
    etag: `${jobId}/${state}`,
    id: `${projectId}:${location}.${jobId}`,
    selfLink: `/bigquery/v2/projects/${projectId}/jobs/${jobId}?location=${location}`,
    user_email: 'fake@example.invalid',
    jobReference: reference,
    configuration,
    status,
    statistics: statisticsOf(job),
    jobCreationReason: { code: 'REQUESTED' },
  };
}

function statisticsOf(job: JobRecord): NonNullable<Job['statistics']> {
  const { created, started, ended, statistics: facts, configuration, state } = job;
  const statistics: NonNullable<Job['statistics']> = { creationTime: String(created) };
  if (started !== undefined) statistics.startTime = String(started);
  if (ended !== undefined) statistics.endTime = String(ended);
  if (facts.children > 0) statistics.numChildJobs = String(facts.children);
  if (state !== 'DONE') return statistics;
  statistics.totalSlotMs = String(facts.slotMs);
  if (facts.transactionId !== undefined) statistics.transactionInfo = { transactionId: facts.transactionId };
  if (configuration.query !== undefined) {
    statistics.totalBytesProcessed = String(facts.processed);
    statistics.query = queryStatistics(facts);
  }
  if (facts.load !== undefined)
    statistics.load = {
      inputFiles: '1',
      inputFileBytes: String(facts.load.bytes),
      outputRows: String(facts.load.rows),
      outputBytes: String(facts.load.bytes),
      badRecords: String(facts.load.bad),
    };
  return statistics;
}

function queryStatistics(
  facts: JobRecord['statistics'],
): NonNullable<NonNullable<Job['statistics']>['query']> {
  const { statementType, processed, billed, slotMs, dml, ddl, referenced } = facts;
  const query: ReturnType<typeof queryStatistics> = {
    totalBytesProcessed: String(processed),
    totalBytesBilled: String(billed),
    totalSlotMs: String(slotMs),
    cacheHit: false,
  };
  if (statementType !== undefined) query.statementType = statementType;
  if (referenced.length > 0) query.referencedTables = [...referenced];
  if (dml !== undefined) {
    const rows = String(dml.affected);
    query.numDmlAffectedRows = rows;
    if (dml.type === 'INSERT') query.dmlStats = { insertedRowCount: rows };
    if (dml.type === 'UPDATE') query.dmlStats = { updatedRowCount: rows };
    if (dml.type === 'DELETE' || dml.type === 'TRUNCATE_TABLE') query.dmlStats = { deletedRowCount: rows };
  }
  if (ddl !== undefined) {
    query.ddlOperationPerformed = ddl.operation;
    query.ddlTargetTable = ddl.target;
  }
  return query;
}
