import { type ConfigProvider, isSecret, lookUpAt, Secret } from '../../config';
import { shown, shownAddress, TidemarkError } from '../../errors';
import { checkedEndpoint, type S3Settings } from '../../s3-client';
import type { S3CheckpointOptions } from './bucket-options';

/** Where checkpoints are, and how it is reached. */
export interface BucketSettings {
  readonly bucket: string;
  /** Ends in `/`. */
  readonly prefix: string;
  readonly connection: S3Settings;
}

const DEFAULT_PREFIX = 'tidemark/checkpoints';

/**
 * What code gave, else what is found.
 * @throws CONFIG_MISSING, CONFIG_INVALID
 */
export function bucketSettings(
  given: S3CheckpointOptions,
  pipeline: string,
  providers: readonly ConfigProvider[],
): BucketSettings {
  const find = (name: keyof S3CheckpointOptions) => {
    const below = ['checkpoints', 's3', name];
    return lookUpAt(providers, [[pipeline, ...below], below]);
  };
  const textOf = (name: 'bucket' | 'prefix' | 'endpoint' | 'region' | 'accessKeyId'): string | undefined => {
    const value = given[name] ?? find(name).found?.value;
    return value === undefined ? undefined : String(value);
  };
  const secretOf = (name: 'secretAccessKey' | 'sessionToken'): Secret | undefined => {
    const value = given[name];
    const key = `checkpoints.s3.${name}`;
    if (value !== undefined) return isSecret(value) ? value : new Secret(value, { key });
    const { found } = find(name);
    return found === undefined ? undefined : new Secret(String(found.value), { key, place: found.place });
  };
  const bucket = textOf('bucket');
  if (bucket === undefined)
    throw new TidemarkError(
      'CONFIG_MISSING',
      `The setting "checkpoints.s3.bucket" of the pipeline "${pipeline}" is not set. Give it in code, or in one of:\n${find(
        'bucket',
      )
        .places.map((place) => `  - ${place}`)
        .join('\n')}`,
      { details: { pipeline } },
    );
  const endpoint = textOf('endpoint');
  const connection: S3Settings = {
    endpoint: endpoint === undefined ? undefined : checkedEndpoint(endpoint, 'checkpoints.s3.endpoint'),
    region: textOf('region'),
    accessKeyId: textOf('accessKeyId'),
    secretAccessKey: secretOf('secretAccessKey'),
    sessionToken: secretOf('sessionToken'),
    pathStyle: flagOf(given.pathStyle ?? find('pathStyle').found?.value),
  };
  if ((connection.accessKeyId === undefined) !== (connection.secretAccessKey === undefined))
    throw invalid(
      'Of "checkpoints.s3.accessKeyId" and "checkpoints.s3.secretAccessKey" one is set and the other isn’t. Set both, or neither to have AWS’s own tools look for them.',
    );
  const prefix = (textOf('prefix') ?? DEFAULT_PREFIX).replace(/^\/+|\/+$/g, '');
  return { bucket: checkedBucket(bucket), prefix: prefix === '' ? '' : `${prefix}/`, connection };
}

const invalid = (message: string): TidemarkError => new TidemarkError('CONFIG_INVALID', message);

function checkedBucket(bucket: string): string {
  if (bucket.startsWith('arn:') || !/[/:@\s]/.test(bucket)) return bucket;
  throw invalid(
    `"${shownAddress(bucket)}" is not a valid "checkpoints.s3.bucket"; write the bucket's name alone, and what keys begin with as "prefix".`,
  );
}

function flagOf(value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalid(`"${shown(value)}" is not a valid "checkpoints.s3.pathStyle"; write true or false.`);
}
