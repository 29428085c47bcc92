import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { S3_TRIES, type S3Connection, s3StatusOf } from '../../s3-client';
import { bucketFailure } from './bucket-errors';

/** An object that a write must meet: of this ETag, or, with `none`, that there is none. */
type Expected = { readonly etag: string } | 'none';

/** The objects of a bucket. What fails comes as an error of tidemark's. */
export interface BucketObjects {
  /** Undefined if there is none. */
  get(key: string): Promise<{ readonly body: Uint8Array; readonly etag: string } | undefined>;
  /** @returns its ETag; undefined if the bucket has another object than expected, which stays */
  put(key: string, body: Uint8Array, expected?: Expected): Promise<string | undefined>;
  /** Removes one, unless it is another version than expected. @returns whether it is gone by that */
  remove(key: string, etag?: string): Promise<boolean>;
  list(prefix: string): AsyncGenerator<string>;
}

/** Answers to a condition that isn't met: another version, another write at the same time; and that it is gone. */
const NOT_MET = [412, 409];
const GONE = 'NoSuchKey';
const isMissing = (error: unknown): boolean => (error as Error).name === GONE;

/** @param options.signal asked for when a request is sent */
export function bucketObjects(
  connect: () => Promise<S3Connection>,
  options: { readonly bucket: string; readonly signal?: (() => AbortSignal) | undefined },
): BucketObjects {
  const { bucket } = options;
  const requested = async <T>(
    doing: string,
    ask: (connection: S3Connection, limits: { abortSignal?: AbortSignal }) => Promise<T>,
  ): Promise<T> => {
    try {
      const connection = await connect();
      return await ask(connection, options.signal === undefined ? {} : { abortSignal: options.signal() });
    } catch (error) {
      throw bucketFailure(error, bucket, doing);
    }
  };
  const isRefused = (error: unknown, expected: unknown): boolean =>
    expected !== undefined && (isMissing(error) || NOT_MET.includes(s3StatusOf(error) ?? 0));

  return {
    get: (key) =>
      requested('Reading', async ({ sdk, client }, limits) => {
        for (let attempt = 1; ; attempt++) {
          const answer = await answerTo(
            client,
            new sdk.GetObjectCommand({ Bucket: bucket, Key: key }),
            limits,
          );
          if (answer === undefined) return undefined;
          try {
            const body = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
            return { body, etag: answer.ETag ?? '' };
          } catch (error) {
            // the client tries a request again by itself, and not the body of its answer
            if (attempt === S3_TRIES || limits.abortSignal?.aborted) throw error;
          }
        }
      }),
    put: (key, body, expected) =>
      requested('Writing to', async ({ sdk, client }, limits) => {
        const command = new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: body });
        if (expected === 'none') command.input.IfNoneMatch = '*';
        else if (expected !== undefined) command.input.IfMatch = expected.etag;
        try {
          return (await client.send(command, limits)).ETag ?? '';
        } catch (error) {
          if (isRefused(error, expected)) return undefined;
          throw error;
        }
      }),
    remove: (key, etag) =>
      requested('Removing from', async ({ sdk, client }, limits) => {
        const command = new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key });
        if (etag !== undefined) command.input.IfMatch = etag;
        try {
          await client.send(command, limits);
          return true;
        } catch (error) {
          if (isRefused(error, etag)) return false;
          throw error;
        }
      }),
    async *list(prefix) {
      for (let token: string | undefined; ; ) {
        const page = await requested('Listing', ({ sdk, client }, limits) => {
          const command = new sdk.ListObjectsV2Command({ Bucket: bucket, Prefix: prefix });
          if (token !== undefined) command.input.ContinuationToken = token;
          return client.send(command, limits);
        });
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
        token = page.NextContinuationToken;
        if (page.IsTruncated !== true || token === undefined) return;
      }
    },
  };
}

/** Its body isn't read yet. Undefined if there is no such object. */
async function answerTo(
  client: S3Client,
  command: InstanceType<S3Connection['sdk']['GetObjectCommand']>,
  limits: { abortSignal?: AbortSignal },
): Promise<GetObjectCommandOutput | undefined> {
  try {
    return await client.send(command, limits);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
