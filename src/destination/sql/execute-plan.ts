import {
  type CommitCounts,
  type CommitPlan,
  type Count,
  knownCounts,
  type LaterCounts,
  LaterNumber,
  type RowWrites,
  type StoredWriter,
  sumCounts,
  writeRecords,
} from '../commit';
import { failpoint } from '../failpoint';
import type { LoadPackage } from '../types';
import { applyChanges, fillRootIds, prepareRecords } from './apply-schema';
import { bringRows, type EarlyRows, earlySource } from './early-rows';
import { insertRows } from './insert';
import { lookupsOf } from './lookups';
import { removeRows } from './remove';
import { chunkSource, type RowSource } from './row-source';
import { stageTrees } from './stage';
import type { SqlSession } from './transaction';

interface Executing {
  readonly session: SqlSession;
  readonly writer: StoredWriter;
  /** Where the rows were brought before the lock was taken. */
  readonly early: EarlyRows | undefined;
  readonly onPhase?: LoadPackage['onPhase'];
}

/** Executes a plan within a transaction: what it lists, in its order. Where that is a script, it is run, and committed by that. */
export async function executePlan(
  { session, writer, early, onPhase }: Executing,
  plan: CommitPlan,
): Promise<CommitCounts> {
  const { writes, loadId } = plan;
  session.scripting?.loads(loadId);
  await prepareRecords(session, plan.service);
  const counts =
    writes.kind === 'nothing'
      ? sumCounts([])
      : await writeTables(session, { writes, loadId, early, onPhase });
  await writeRecords(writer, plan, counts);
  onPhase?.('records');
  const wanted = [...counts.values()].flatMap((row) => Object.values(row));
  return knownCounts(counts, (await session.scripting?.settle(wanted)) ?? alreadyKnown);
}

function alreadyKnown(count: Count): number {
  if (count instanceof LaterNumber) throw new RangeError(`${count.expression} isn't known.`);
  return count;
}

interface Writing extends Pick<Executing, 'early' | 'onPhase'> {
  readonly writes: RowWrites;
  readonly loadId: string;
}

async function writeTables(
  session: SqlSession,
  { writes, loadId, early, onPhase }: Writing,
): Promise<LaterCounts> {
  await applyChanges(session, writes.changes);
  onPhase?.('ddl');
  if (session.scripting === undefined) failpoint('after-ddl');
  const source = await sourceOf(session, { writes, loadId, early });
  const work = { loadId, writes, source };
  const staged = await stageTrees(session, work);
  onPhase?.('stage');
  await fillRootIds(session, writes.rootIds);
  const removed = await removeRows(session, writes, staged);
  onPhase?.('delete');
  failpoint('after-delete');
  const inserted = await insertRows(session, { ...work, staged, removed });
  await session.index?.(lookupsOf(writes));
  onPhase?.('insert');
  failpoint('after-insert');
  return sumCounts([...removed.counts, ...inserted]);
}

async function sourceOf(session: SqlSession, { writes, loadId, early }: Writing): Promise<RowSource> {
  const { staged, trees } = writes;
  const { scripting } = session;
  if (scripting !== undefined)
    return earlySource(
      session,
      await bringRows(
        scripting,
        trees.flatMap(({ tree }) => tree.tables),
        staged,
      ),
      loadId,
    );
  // rows that were put on another schema meanwhile are brought anew
  return early?.staged === staged
    ? earlySource(session, early, loadId)
    : chunkSource(session, staged, loadId);
}
