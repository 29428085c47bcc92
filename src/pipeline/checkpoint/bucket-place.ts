import { environmentProviders } from '../../config';
import { TidemarkError } from '../../errors';
import { connectToS3, type S3Connection } from '../../s3-client';
import { type BucketObjects, bucketObjects } from './bucket-objects';
import { type BucketSettings, bucketSettings, type S3CheckpointOptions } from './bucket-settings';
import { bucketStore } from './bucket-store';
import { lackOf } from './check-bucket';
import type { CheckpointPlace } from './checkpoint-store';

/** A load waits so long for a bucket that fails: tries of a request, whose waits add up to about a minute. */
const LOAD_TRIES = 12;
const SILENCE_MS = 15_000;
/** What was begun when a load is cancelled may end. */
const GRACE_MS = 5_000;

/** Checkpoints in a bucket. Its settings are looked up, and the client is made, when it is first used. */
export function bucketPlace(given: S3CheckpointOptions, pipeline: string): CheckpointPlace {
  let resolved: BucketSettings | undefined;
  const settings = (): BucketSettings => {
    resolved ??= bucketSettings(given, pipeline, environmentProviders());
    return resolved;
  };
  const connecting = (tries?: number): (() => Promise<S3Connection>) => {
    let connection: Promise<S3Connection> | undefined;
    return () => {
      connection ??= connectToS3(settings().connection, { tries, silenceMs: SILENCE_MS });
      return connection;
    };
  };
  const patient = connecting(LOAD_TRIES);
  const brief = connecting();
  const briefly = (): BucketObjects => bucketObjects(brief, { bucket: settings().bucket });
  return {
    get name() {
      return `s3://${settings().bucket}/${settings().prefix}`;
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
      return bucketStore({
        base: `${prefix}${key}/`,
        objects: bucketObjects(patient, { bucket, signal: soonAfter(signal) }),
        removing: briefly(),
      });
    },
  };
}

/** Aborted some seconds after another signal, so that a checkpoint under way is written when a worker stops. */
function soonAfter(signal: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abort = (): void => void setTimeout(() => controller.abort(signal.reason), GRACE_MS).unref();
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return controller.signal;
}
