import { ApiError } from './api-error';
import type { Database } from './database';
import type { JobRecord } from './job';
import { parametersOf } from './parameters';
import type { JobConfiguration } from './rest-types';
import { runStatements } from './run-script';
import { planStatement, type Work } from './run-statement';
import { Session } from './session';
import type { Statement } from './sql/ast';
import { parseScript } from './sql/parse-statement';
import type { StatementResult } from './statement-result';

type QueryConfiguration = NonNullable<JobConfiguration['query']>;

const KNOWN: ReadonlySet<string> = new Set<keyof QueryConfiguration>([
  'query',
  'useLegacySql',
  'parameterMode',
  'queryParameters',
  'defaultDataset',
  'maximumBytesBilled',
  'priority',
  'useQueryCache',
]);

/** @throws ApiError for what BigQuery refuses when a query's job is inserted, and for what the fake doesn't have */
export function checkQuery(query: QueryConfiguration): void {
  const unknown = Object.keys(query).find((key) => !KNOWN.has(key));
  if (unknown !== undefined)
    throw new ApiError('notImplemented', `The fake doesn't have configuration.query.${unknown}`);
  if (query.query === undefined || query.query === '')
    throw new ApiError('invalid', 'Required parameter is missing: query');
  if (query.useLegacySql !== false)
    throw new ApiError(
      'invalid',
      "The fake doesn't have legacy SQL, which is the default: useLegacySql must be false",
    );
  if (query.maximumBytesBilled !== undefined && !/^\d+$/.test(query.maximumBytesBilled))
    throw new ApiError('invalid', `Invalid value for maximumBytesBilled: ${query.maximumBytesBilled}`);
  if (query.priority !== undefined && !['INTERACTIVE', 'BATCH'].includes(query.priority))
    throw new ApiError('invalid', `Invalid value for priority: ${query.priority}`);
  if (query.query.length > MOST_CHARACTERS)
    throw new ApiError(
      'invalid',
      'The query is too large. The maximum standard SQL query length is 1024.00K characters, including comments and white space characters.',
    );
  if ((query.queryParameters ?? []).length > MOST_PARAMETERS)
    throw new ApiError('invalid', `Too many query parameters: the most are ${MOST_PARAMETERS}`);
  parametersOf(query);
}

/** Google's quotas of one query. */
const MOST_CHARACTERS = 1024 * 1024;
const MOST_PARAMETERS = 10_000;

function sessionOf(database: Database, job: JobRecord): Session {
  const query = job.configuration.query!;
  const { maximumBytesBilled } = query;
  return new Session({
    database,
    sql: query.query!,
    parameters: parametersOf(query),
    defaultDataset: query.defaultDataset,
    location: job.reference.location,
    maximumBytesBilled: maximumBytesBilled === undefined ? undefined : Number(maximumBytesBilled),
    stopped: job.stop.signal,
  });
}

const isWork = ({ kind }: Statement): boolean =>
  [
    'query',
    'insert',
    'update',
    'delete',
    'merge',
    'truncate',
    'createTable',
    'alterTable',
    'dropTable',
  ].includes(kind);

/** Runs a query or script. @param before waits before each of its statements, as a test wants it */
export async function runQueryJob(
  database: Database,
  job: JobRecord,
  before: (sql: string) => Promise<void>,
): Promise<void> {
  const { projectId } = database.catalog;
  const { defaultDataset } = job.configuration.query!;
  if (defaultDataset?.projectId !== undefined && defaultDataset.projectId !== projectId)
    throw new ApiError('notFound', `Not found: Project ${defaultDataset.projectId}`);
  const statements = parseScript(job.configuration.query!.query!);
  const [first] = statements;
  const isScript = statements.length > 1 || !isWork(first!);
  const session = sessionOf(database, job);
  const stop = (): void => session.interrupt();
  job.stop.signal.addEventListener('abort', stop);
  const { statistics } = job;
  if (isScript) statistics.statementType = 'SCRIPT';
  try {
    if (!isScript && first!.kind === 'createTable' && first!.temporary)
      throw new ApiError('invalidQuery', 'Use of CREATE TEMPORARY TABLE requires a script or session');
    await runStatements(session, statements, {
      before,
      after(result) {
        if (isScript) statistics.children++;
        else tell(job, result);
        job.result = { columns: result.columns, rows: result.rows, affected: result.affected };
      },
    });
  } catch (error) {
    // a single statement isn't told of as a part of a script
    if (!isScript && error instanceof ApiError && error.reason === 'invalidQuery')
      throw new ApiError(error.reason, error.message.replace(/^Query error: /, ''));
    throw error;
  } finally {
    job.stop.signal.removeEventListener('abort', stop);
    const { processed, billed, slotMs } = session.totals;
    Object.assign(statistics, { processed, billed, slotMs, transactionId: session.transactionId });
    await session.close();
  }
}

function tell({ statistics }: JobRecord, { type, affected, ddl, referenced }: StatementResult): void {
  statistics.statementType = type;
  statistics.ddl = ddl;
  statistics.referenced = referenced;
  if (affected !== undefined) statistics.dml = { type, affected };
}

/** What a query would read, without running it. @throws ApiError for what is wrong with it */
export function planQueryJob(database: Database, job: JobRecord): void {
  const statements = parseScript(job.configuration.query!.query!);
  const [first] = statements;
  if (statements.length > 1 || !isWork(first!)) {
    job.statistics.statementType = 'SCRIPT';
    return;
  }
  const result = planStatement(sessionOf(database, job), first as Work);
  const { processed } = result;
  job.statistics.processed = processed;
  tell(job, { ...result, affected: undefined });
}
