import { commitLoad, foreseeCommit } from '../commit';
import { failpoint } from '../failpoint';
import type { CommitOutcome, CommitTarget, DatasetRef, LoadPackage } from '../types';
import { refuseWhenCancelled, untilCancelled } from './cancelling';
import { dataReader } from './data-reader';
import type { Asks, BulkWork, Connect, EarlyStaging, SqlConnection } from './driver';
import { type EarlyRows, stageEarly } from './early-rows';
import { executePlan } from './execute-plan';
import { afterStaging, inTransaction, type SqlSession } from './transaction';
import type { Work } from './work';

/** The dataset that a load goes to. */
interface CommitPlace {
  readonly ref: Pick<DatasetRef, 'signal'>;
  readonly target: CommitTarget;
  workOf(connection: SqlConnection, session: SqlSession): Promise<Work>;
}

/**
 * Commits a load in one transaction. Where it pays, its rows are brought before the lock is taken.
 * @param connect gives connections whose transactions are alone with the dataset
 */
export async function commitPackage(
  connect: Connect,
  load: LoadPackage,
  place: CommitPlace,
): Promise<CommitOutcome> {
  refuseCancelled(place.ref, load);
  const outcome = await connect((connection) => commitAtCost(connection, load, place), {
    bulk: bulkOf(load),
    asks: asksOf(load),
  });
  if (outcome.status === 'loaded') failpoint('after-commit');
  return outcome;
}

async function commitAtCost(
  connection: SqlConnection,
  load: LoadPackage,
  place: CommitPlace,
): Promise<CommitOutcome> {
  const outcome = await commitOn(connection, load, place);
  return connection.cost === undefined ? outcome : { ...outcome, cost: connection.cost() };
}

function commitOn(connection: SqlConnection, load: LoadPackage, place: CommitPlace): Promise<CommitOutcome> {
  const signals = [place.ref.signal, load.signal];
  const refuse = (): void => refuseCancelled(place.ref, load);
  return untilCancelled(connection, { signals, refuse }, (begun) => {
    const within = async (session: SqlSession, early?: EarlyRows): Promise<CommitOutcome> => {
      begun();
      return commitWithin(await place.workOf(connection, session), load, { ...place, early });
    };
    return stageAndCommit(connection, load, { ...place, within });
  });
}

interface Staging extends CommitPlace {
  readonly within: (session: SqlSession, early?: EarlyRows) => Promise<CommitOutcome>;
}

async function stageAndCommit(
  connection: SqlConnection,
  load: LoadPackage,
  { within, ...place }: Staging,
): Promise<CommitOutcome> {
  const { staging } = connection;
  if (staging === undefined || !pays(staging, load)) return inTransaction(connection, 'write', within);
  // a transaction of its own: one that stages must hold no lock of a table while it waits for the dataset's
  const answer = await inTransaction(connection, 'read', async (session) => {
    const { reader, types } = await place.workOf(connection, session);
    return foreseeCommit(load, { stored: reader, types });
  });
  if (answer !== undefined) return answer;
  return afterStaging(connection, {
    staging,
    stage: async (session) => {
      load.onPhase?.('lock');
      const rows = await stageEarly(session, load, staging);
      load.onPhase?.('stage');
      return rows;
    },
    work: within,
  });
}

/** Called with the lock held. */
async function commitWithin(
  { session, tables, types, reader, writer }: Work,
  load: LoadPackage,
  { ref, target, early }: Pick<CommitPlace, 'ref' | 'target'> & { readonly early: EarlyRows | undefined },
): Promise<CommitOutcome> {
  // whoever staged or waited may have been cancelled meanwhile
  refuseCancelled(ref, load);
  await load.beforeCommit?.();
  load.onPhase?.('lock');
  failpoint('after-begin');
  const outcome = await commitLoad(load, {
    ...target,
    types,
    tables,
    stored: reader,
    data: dataReader(session),
    execute(plan) {
      load.onPhase?.('plan');
      return executePlan({ session, writer, early, onPhase: load.onPhase }, plan);
    },
  });
  // a script was committed when it was executed
  if (outcome.status === 'loaded' && session.scripting === undefined) failpoint('before-commit');
  return outcome;
}

const asksOf = ({ pipeline, schema, loadKey }: LoadPackage): Asks => ({
  facts: { pipeline, schemaName: schema.name },
  loadKeys: [loadKey],
  load: { pipeline, loadKey },
});

const columnsOf = ({ staged, schema }: LoadPackage): readonly number[] =>
  staged.tables
    .filter(({ rows }) => rows > 0)
    .map(({ name }) => Object.keys(schema.tables[name]?.columns ?? {}).length);

/** What a load writes in bulk, undefined if it brings no rows. */
function bulkOf(load: LoadPackage): BulkWork | undefined {
  const columns = columnsOf(load);
  if (columns.length === 0) return undefined;
  // versions are staged whole before they are written
  const times = load.resources.some(({ strategy }) => strategy === 'scd2') ? 2 : 1;
  return {
    columns: times * columns.reduce((sum, count) => sum + count, 0),
    bytes: times * load.staged.bytes,
  };
}

function pays(staging: EarlyStaging, load: LoadPackage): boolean {
  const columns = columnsOf(load);
  return columns.length > 0 && staging.pays({ bytes: load.staged.bytes, widest: Math.max(...columns) });
}

function refuseCancelled(...by: readonly { readonly signal?: AbortSignal | undefined }[]): void {
  refuseWhenCancelled(
    by.map(({ signal }) => signal),
    'The load was cancelled before its commit; nothing was written.',
  );
}
