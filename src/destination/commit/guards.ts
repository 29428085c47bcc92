import { TidemarkError } from '../../errors';
import { ROOT_ID, type StoredSchema } from '../../schema';
import {
  type PipelineState,
  refuseSameChange,
  sameCursor,
  storedCursor,
  storedResource,
  storedSourceState,
} from '../../state';
import { ownField } from '../../value';
import type { Attempt, LoadPackage } from '../types';
import { claimLost, isHolder } from './claims';
import type { StoredFacts } from './stored';

/**
 * Refuses a load that isn't what it was any more: taken over by another attempt, begun in an older generation, from a
 * cursor that moved, or in another dataset.
 * @throws TidemarkError DATASET_MISMATCH, CLAIM_LOST, GENERATION_CHANGED, STATE_CHANGED
 */
export function guardLoad(load: LoadPackage, facts: StoredFacts, holder: Attempt | undefined): void {
  guardDataset(load, facts.datasetId);
  guardClaim(load, holder);
  guardGenerations(load, facts.generations);
  guardCursors(load, facts.state);
  guardCustomState(load, facts.state);
}

function guardDataset(load: LoadPackage, stored: string | undefined): void {
  if (load.datasetId === undefined || stored === load.datasetId) return;
  throw new TidemarkError(
    'DATASET_MISMATCH',
    `This load was planned for the dataset "${load.datasetId}", but here is ${stored === undefined ? 'none' : `"${stored}"`}. The path leads to another file than the pipeline's; use an absolute path, the same on every worker.`,
    { details: { planned: load.datasetId, found: stored ?? null } },
  );
}

function guardClaim({ attempt, loadKey }: LoadPackage, holder: Attempt | undefined): void {
  if (attempt !== undefined && !isHolder(holder, attempt)) throw claimLost({ loadKey, ...attempt }, holder);
}

function guardGenerations(load: LoadPackage, generations: StoredFacts['generations']): void {
  for (const { resource, generation } of load.resources) {
    const now = ownField(generations, resource) ?? 0;
    if (now === generation) continue;
    throw new TidemarkError(
      'GENERATION_CHANGED',
      `Resource "${resource}" was refreshed or reset while this load ran (generation ${generation}, now ${now}). Nothing was committed; the load starts again.`,
      { details: { resource, generation, now } },
    );
  }
}

function guardCursors(load: LoadPackage, state: PipelineState | undefined): void {
  for (const { resource, disposition, fullRefresh, cursors } of load.resources) {
    if (disposition === 'replace' || fullRefresh === true) continue;
    for (const { path, before, after } of cursors) {
      if (after === undefined || sameCursor(before, storedCursor(state, load.schema.name, resource, path)))
        continue;
      throw new TidemarkError(
        'STATE_CHANGED',
        `Another load moved the cursor "${path}" of resource "${resource}" while this one ran. Nothing was committed; the load starts again from the new cursor.`,
        { details: { resource, cursor: path } },
      );
    }
  }
}

/**
 * Refuses a load whose rows lack the root's id, which another load made a column of their table while this one ran.
 * @throws TidemarkError STATE_CHANGED
 */
export function guardRootIds(load: LoadPackage, schema: StoredSchema): void {
  for (const { name } of load.staged.tables) {
    const has = (of: StoredSchema): boolean =>
      ownField(of.tables, name)?.columns[ROOT_ID]?.data_type !== undefined;
    if (!has(schema) || has(load.schema)) continue;
    throw new TidemarkError(
      'STATE_CHANGED',
      `Another load gave the table "${name}" the column ${ROOT_ID} while this one ran, and its rows don't have it. Nothing was committed; the load starts again on the new schema.`,
      { details: { table: name } },
    );
  }
}

/** Loads that go on from state of the author's own must not both do what it says is to be done. */
function guardCustomState(
  { schema, resources, sourceState }: LoadPackage,
  state: PipelineState | undefined,
): void {
  const goingOn = resources.filter(
    ({ stateless, disposition, fullRefresh }) =>
      !stateless && disposition !== 'replace' && fullRefresh !== true,
  );
  if (sourceState !== undefined && goingOn.length > 0)
    refuseSameChange(storedSourceState(state, schema.name), sourceState);
  for (const { resource, customState } of goingOn)
    if (customState !== undefined)
      refuseSameChange(storedResource(state, schema.name, resource).custom, customState);
}
