import path from 'node:path';
import { redact } from '../../config';
import type { DatasetSnapshot } from '../../destination';
import { isTidemarkError } from '../../errors';
import type { State } from '../../source';
import type { StateObject } from '../../state';
import { sha3 } from '../../value';
import type { ComponentLoad } from '../component-load';
import type { ResourceRun } from '../resource-run';
import { Checkpoint } from './checkpoint';
import type { CheckpointPlace, CheckpointStore } from './checkpoint-store';
import { fingerprintOf } from './fingerprint';
import { folderPlace } from './folder-place';

/**
 * The checkpoint of a load: of one whose resource can be resumed, and whose key another attempt will have too. A run that
 * draws its own key has none, since nobody could find it again.
 */
export async function openCheckpoint(
  load: ComponentLoad,
  begun: {
    readonly runs: readonly ResourceRun[];
    readonly snapshot: DatasetSnapshot;
    readonly storedShared: StateObject;
    readonly sourceState: State;
  },
): Promise<Checkpoint | undefined> {
  const { request, component } = load;
  const { resumable, name } = component.root.definition;
  if (resumable === undefined || request.loadKey === undefined) return undefined;
  const { log } = request;
  let store: CheckpointStore | undefined;
  try {
    const place = placeOf(load);
    store = storeOf(place, load);
    request.onCheckpointStore?.(store);
    await place.prepare();
    return await Checkpoint.open({
      store,
      fingerprint: fingerprintOf(load, { ...begun, sourceState: begun.storedShared }),
      attempt: request.attempt?.attempt ?? 1,
      pace: resumable,
      resource: name,
      states: {
        resources: Object.fromEntries(begun.runs.map((run) => [run.name, run.state])),
        source: begun.sourceState,
      },
      log,
      onSaved: request.onCheckpoint,
    });
  } catch (error) {
    store?.close();
    log.warn('no checkpoints can be written; a retry starts again from the beginning', {
      resource: name,
      error: redact(String(error)),
    });
    return undefined;
  }
}

const placeOf = ({ checkpoints, workDir }: ComponentLoad): CheckpointPlace =>
  checkpoints ?? folderPlace(path.join(workDir, 'checkpoints'), false);

function storeOf(
  place: CheckpointPlace,
  { pipeline, dataset, loadKey, request }: ComponentLoad,
): CheckpointStore {
  const own = sha3([pipeline, dataset.location, dataset.name, loadKey].join('\n'));
  return place.storeOf(own.replace(/\W/g, '_'), request.signal);
}

/** Removes what a load left that was committed by another attempt. */
export async function removeCheckpoint(load: ComponentLoad): Promise<void> {
  const { request, component } = load;
  const { resumable, name } = component.root.definition;
  if (resumable === undefined || request.loadKey === undefined) return;
  try {
    await storeOf(placeOf(load), load).remove();
  } catch (error) {
    request.log.warn('a checkpoint that nobody needs any more could not be removed', {
      resource: name,
      error: redact(String(error)),
    });
  }
}

/** A source no longer takes the token of a checkpoint: the load starts again from its beginning. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** Failures that no retry mends, and a fresh start doesn't either. */
const NOT_BY_TOKEN = ['CANCELLED', 'HTTP_UNAUTHORIZED'] as const;

/**
 * Whether an extraction ended because of the token that it went on from: with a failure that a retry would meet again,
 * before anything came of it.
 */
export function isTokenRefused(error: unknown, checkpoint: Checkpoint | undefined): boolean {
  if (checkpoint?.untried !== true || !isTidemarkError(error) || error.retryable) return false;
  return !NOT_BY_TOKEN.some((code) => isTidemarkError(error, code));
}
