import type bigquery from '@google-cloud/bigquery/build/src/types';
import type { LoadCost } from '../../contracts';
import { TidemarkError } from '../../errors';
import { withStagingFolder } from '../../normalize';
import { failpoint } from '../failpoint';
import type { BroughtRows, BroughtTable } from '../sql';
import { costOf } from './costs';
import { digestOf } from './digest-of';
import { isBigQueryFailure } from './failure';
import { type DoneJob, runJob } from './jobs';
import { tablePath, tablesPath } from './paths';
import { MOST_TABLES } from './script';
import { type JobSession, labelsOf } from './session';
import { refuseStaged } from './stage-failure';
import { STAGE_PREFIX, type StagedFile, stageFile } from './staging';

/** Rows that wait in a table are gone with it after a day, if they weren't taken. */
const STAGED_FOR_MS = 24 * 3600 * 1000;

/** Those in which each load is recorded. */
const OWN_TABLES = 6;

/** Rows of a load in a table where they wait to be taken. */
export interface StagedPlace {
  /** The table's name. */
  readonly stage: string;
  readonly rows: ReadonlyMap<string, BroughtRows>;
  readonly cost: LoadCost;
}

interface Staging {
  readonly session: JobSession;
  readonly workDir: string;
  /** Of the load. */
  readonly key: string;
}

/** Brings the rows of all tables of a load by one load job. */
export async function stageRows(tables: readonly BroughtTable[], staging: Staging): Promise<StagedPlace> {
  refuseTooMany(tables.length);
  const { session, workDir, key } = staging;
  // a folder of a process that was killed is swept with those of its loads
  return withStagingFolder(workDir, async (folder) => {
    const staged = await stageFile(tables, folder);
    try {
      return await load(staged, session, key);
    } catch (error) {
      refuseStaged(error, staged);
      throw error;
    }
  });
}

/**
 * Names of table and job are drawn from what is in the file, so that who brings the same again finds it done: the job's also from
 * the moment at which its table was made, for a table that was made anew is empty.
 */
async function load(staged: StagedFile, session: JobSession, key: string): Promise<StagedPlace> {
  const { client, known, dataset } = session;
  const stage = `${STAGE_PREFIX}${digestOf(key, staged.digest)}`;
  const tableReference = { projectId: client.place.projectId, datasetId: dataset, tableId: stage };
  await known.create(client);
  const { table, wasThere } = await makeStage(session, {
    tableReference,
    schema: staged.schema,
    expirationTime: String(Date.now() + STAGED_FOR_MS),
  });
  const done = await runJob(client, {
    id: `tidemark_stage_${digestOf(key, staged.digest, table.creationTime ?? '')}`,
    location: await known.location(client),
    file: staged.file,
    signal: session.signal,
    mayBeThere: wasThere,
    configuration: {
      labels: labelsOf(session, 'stage'),
      load: {
        destinationTable: tableReference,
        sourceFormat: 'NEWLINE_DELIMITED_JSON',
        schema: staged.schema,
        createDisposition: 'CREATE_NEVER',
        writeDisposition: 'WRITE_EMPTY',
      },
    },
  });
  refuseOtherCount(done, staged);
  failpoint('after-load-job');
  return { stage, rows: staged.rowsIn(dataset, stage), cost: costOf(done.job) };
}

/** Rows must be those that were sent, whoever's job it was that brought them. */
function refuseOtherCount({ job }: DoneJob, { rows }: StagedFile): void {
  const brought = Number(job.statistics?.load?.outputRows ?? rows);
  if (brought === rows) return;
  throw new TidemarkError(
    'DESTINATION_FAILED',
    `BigQuery took ${brought} of ${rows} rows by the load job "${job.jobReference?.jobId}". Nothing was written; the load is tried again.`,
  );
}

function refuseTooMany(tables: number): void {
  if (tables <= MOST_TABLES - OWN_TABLES) return;
  throw new TidemarkError(
    'DESTINATION_REFUSED',
    `The load writes ${tables} tables, and BigQuery changes ${MOST_TABLES} in one transaction, ${OWN_TABLES} of which are tidemark's own. Load fewer resources together, or keep nested data as JSON by \`maxTableNesting\`.`,
    { details: { tables } },
  );
}

interface MadeStage {
  readonly table: bigquery.ITable;
  readonly wasThere: boolean;
}

async function makeStage(session: JobSession, table: bigquery.ITable): Promise<MadeStage> {
  const { client, known } = session;
  try {
    return await madeOrThere(session, table);
  } catch (error) {
    if (!isBigQueryFailure(error, 'notFound')) throw error;
    // the dataset was dropped since it was seen, or the table since it was found to be there
    known.forget();
    await known.create(client);
    return madeOrThere(session, table);
  }
}

async function madeOrThere({ client, dataset }: JobSession, table: bigquery.ITable): Promise<MadeStage> {
  const path = tablesPath(dataset);
  try {
    return {
      table: await client.call<bigquery.ITable>({ method: 'POST', path, body: table }),
      wasThere: false,
    };
  } catch (error) {
    // made by a request whose answer was lost, or by an attempt that ended
    if (!isBigQueryFailure(error) || error.status !== 409) throw error;
    const there = tablePath(dataset, table.tableReference?.tableId ?? '');
    return { table: await client.call<bigquery.ITable>({ method: 'GET', path: there }), wasThere: true };
  }
}

/** Rows that were taken needn't wait for their table to end; if this fails, they do: nobody is kept waiting for it. */
export async function dropStage({ client, dataset }: JobSession, stage: string): Promise<void> {
  const path = tablePath(dataset, stage);
  await client.call({ method: 'DELETE', path, once: true }).catch(() => undefined);
}
