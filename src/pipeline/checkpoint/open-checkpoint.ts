import { stat } from 'node:fs/promises';
import path from 'node:path';
import { redact } from '../../config';
import type { DatasetSnapshot } from '../../destination';
import { isTidemarkError, TidemarkError } from '../../errors';
import type { State } from '../../source';
import type { StateObject } from '../../state';
import { sha3 } from '../../value';
import type { ComponentLoad } from '../component-load';
import type { ResourceRun } from '../resource-run';
import { Checkpoint } from './checkpoint';
import { fingerprintOf } from './fingerprint';
import { sweepCheckpoints } from './sweep';

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
  const { request, component, dataset, pipeline, loadKey } = load;
  const { resumable, name } = component.root.definition;
  if (resumable === undefined || request.loadKey === undefined) return undefined;
  const { log } = request;
  const all = load.checkpointDir ?? path.join(load.workDir, 'checkpoints');
  const own = sha3([pipeline, dataset.location, dataset.name, loadKey].join('\n'));
  const folder = path.join(all, own.replace(/\W/g, '_'));
  request.onCheckpointFolder?.(folder);
  try {
    if (load.checkpointDir !== undefined) await checkShared(all);
    await sweepCheckpoints(all);
    return await Checkpoint.open({
      folder,
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
    log.warn('no checkpoints can be written; a retry starts again from the beginning', {
      resource: name,
      error: redact(String(error)),
    });
    return undefined;
  }
}

/** A share that isn't mounted would else become a folder of this host, that no other one reads. */
async function checkShared(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new TidemarkError(
      'CONFIG_INVALID',
      `There is no folder "${folder}", which "checkpoints.path" names. Make it once, and mount it on this host.`,
    );
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
