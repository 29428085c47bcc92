import { environmentProviders } from '../../config';
import { TidemarkError } from '../../errors';
import { type S3Connection, s3SettingsId, sharedS3Connection } from '../../s3-client';
import { type BucketObjects, bucketObjects } from './bucket-objects';
import type { S3CheckpointOptions } from './bucket-options';
import { type BucketSettings, bucketSettings } from './bucket-settings';
import { bucketStore } from './bucket-store';
import { lackOf } from './check-bucket';
import type { CheckpointPlace } from './checkpoint-store';

/** A load waits so long for a bucket that fails: tries of a request, whose waits add up to about a minute. */
const LOAD_TRIES = 12;
const SILENCE_MS = 15_000;
/** What was begun when a load is cancelled may end. */
const GRACE_MS = 5_000;

/** Checkpoints in a bucket. Its settings are looked up, and a client is made, when it is first used. */
export function bucketPlace(given: S3CheckpointOptions, pipeline: string): CheckpointPlace {
  let resolved: BucketSettings | undefined;
  const settings = (): BucketSettings => {
    resolved ??= bucketSettings(given, pipeline, environmentProviders());
    return resolved;
  };
  const connect = (tries?: number): Promise<S3Connection> =>
    sharedS3Connection(settings().connection, { tries, silenceMs: SILENCE_MS });
  const patient = (): Promise<S3Connection> => connect(LOAD_TRIES);
  const briefly = (): BucketObjects => bucketObjects(() => connect(), { bucket: settings().bucket });
  const nameOf = ({ bucket, prefix }: BucketSettings): string => `s3://${bucket}/${prefix}`;
  return {
    get id() {
      return `${nameOf(settings())} ${s3SettingsId(settings().connection)}`;
    },
    get name() {
      return nameOf(settings());
    },
    async check() {
      const { bucket, prefix } = settings();
      const lack = await lackOf(briefly(), prefix);
      if (lack === undefined) return;
      throw new TidemarkError(
        'CONFIG_INVALID',
        `The bucket "${bucket}" can't keep checkpoints: its store ${lack}. Take a store that does, or "checkpoints.path" with a shared folder.`,
        { details: { bucket } },
      );
    },
    prepare: async () => undefined,
    storeOf(key, signal) {
      const { bucket, prefix } = settings();
      const cancelling = soonAfter(signal);
      return bucketStore({
        base: `${prefix}${key}/`,
        objects: bucketObjects(patient, { bucket, signal: cancelling.signal }),
        removing: briefly(),
        close: cancelling.close,
      });
    },
  };
}

interface Cancelling {
  readonly signal: () => AbortSignal;
  readonly close: () => void;
}

/**
 * A signal that is aborted some seconds after another one, so that a checkpoint under way is written when a worker stops. It
 * listens to the other one from when it is first asked for until it is closed.
 */
function soonAfter(other: AbortSignal): Cancelling {
  let controller: AbortController | undefined;
  const abort = (): void => void setTimeout(() => controller?.abort(other.reason), GRACE_MS).unref();
  return {
    signal() {
      if (controller === undefined) {
        controller = new AbortController();
        if (other.aborted) abort();
        else other.addEventListener('abort', abort, { once: true });
      }
      return controller.signal;
    },
    close: () => other.removeEventListener('abort', abort),
  };
}
