import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { redact, type Secret } from '../../config';
import { isTidemarkError } from '../../errors';
import { Timestamp, withoutUndefined } from '../../value';
import { changedFile } from './file-errors';
import { checkListing, nextToken, notTheObject, objectProblem } from './s3-answer';
import { s3Failure, statusOf } from './s3-errors';
import type { FileStore, StoredFile } from './types';

/** How a bucket is reached; each value has the default of AWS's own tools. */
export interface S3Settings {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: Secret | undefined;
  readonly sessionToken?: Secret | undefined;
  readonly pathStyle?: boolean | undefined;
}

const DEFAULT_REGION = 'us-east-1';
/** Tries of one request, and connections of one file that broke halfway. */
const TRIES = 4;

/** A bucket of S3 or of a store that speaks its protocol, and the prefix that paths are below. */
export function s3Store(bucket: string, prefix: string, settings: S3Settings): FileStore {
  let connecting:
    | Promise<{ readonly sdk: typeof import('@aws-sdk/client-s3'); readonly client: S3Client }>
    | undefined;
  /** The SDK is big: only who has a bucket loads it. */
  const connected = () => {
    connecting ??= import('@aws-sdk/client-s3').then((sdk) => ({
      sdk,
      client: new sdk.S3Client(clientConfig(settings)),
    }));
    return connecting;
  };
  let closed = false;
  const name = `s3://${bucket}/${prefix}`;
  const at = settings.endpoint === undefined ? name : `${name} at ${redact(settings.endpoint)}`;
  return {
    name,
    async *list(below, signal) {
      const { sdk, client } = await connected();
      const seen = new Set<string>();
      let token: string | undefined;
      do {
        const command = new sdk.ListObjectsV2Command({
          Bucket: bucket,
          Prefix: `${prefix}${below}`,
          EncodingType: 'url',
          ContinuationToken: token,
        });
        checkListing(command);
        const page = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
          throw s3Failure(error, bucket, 'Listing');
        });
        for (const { Key, Size = 0, LastModified, ETag } of page.Contents ?? []) {
          const key = decodedKey(Key ?? '');
          if (key.endsWith('/') || LastModified === undefined) continue;
          yield {
            path: key.slice(prefix.length),
            size: Size,
            modified: Timestamp.fromMillis(LastModified.getTime()),
            etag: ETag,
          };
        }
        token = nextToken(page, { seen, at });
        if (token !== undefined) seen.add(token);
      } while (token !== undefined);
    },
    async *bytes(file, signal) {
      const { sdk, client } = await connected();
      let offset = 0;
      for (let attempt = 1; offset < file.size || attempt === 1; attempt++) {
        const command = new sdk.GetObjectCommand({
          Bucket: bucket,
          Key: `${prefix}${file.path}`,
          IfMatch: file.etag,
          Range: offset > 0 ? `bytes=${offset}-` : undefined,
        });
        try {
          const { Body, ETag, $metadata } = await client.send(command, { abortSignal: signal });
          const problem = objectProblem(
            { etag: file.etag, offset },
            { etag: ETag, status: $metadata.httpStatusCode },
          );
          if (problem === 'another version') throw changedFile(file, 'changed');
          if (problem !== undefined) throw notTheObject(file, at);
          for await (const chunk of Body as AsyncIterable<Uint8Array>) {
            offset += chunk.length;
            yield chunk;
          }
          return;
        } catch (error) {
          signal.throwIfAborted();
          if (closed) throw error;
          throwUnlessCut(error, { bucket, file, attempt });
        }
      }
    },
    close() {
      closed = true;
      connecting?.then(({ client }) => client.destroy()).catch(() => {});
    },
  };
}

/** Throws every failure but a connection that broke: reading goes on from where it was. */
function throwUnlessCut(
  error: unknown,
  { bucket, file, attempt }: { readonly bucket: string; readonly file: StoredFile; readonly attempt: number },
): void {
  if (isTidemarkError(error)) throw error;
  const status = statusOf(error);
  if (status === 412) throw changedFile(file, 'changed', error);
  if (status === 404 && (error as Error).name === 'NoSuchKey') throw changedFile(file, 'is gone', error);
  if (status !== undefined || attempt === TRIES) throw s3Failure(error, bucket, `Reading "${file.path}" of`);
}

/** Keys come encoded as in a form, since XML cannot hold every character. */
const decodedKey = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));

function clientConfig(settings: S3Settings): S3ClientConfig {
  const { endpoint, region = DEFAULT_REGION, accessKeyId, secretAccessKey, sessionToken } = settings;
  const config: S3ClientConfig = {
    region,
    maxAttempts: TRIES,
    // stores other than AWS's know no buckets as host names, and fewer checksums
    forcePathStyle: settings.pathStyle ?? endpoint !== undefined,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  };
  // the client looks for what isn't set at all, so nothing is set to undefined
  if (endpoint !== undefined) config.endpoint = endpoint;
  if (accessKeyId !== undefined && secretAccessKey !== undefined)
    config.credentials = withoutUndefined({
      accessKeyId,
      secretAccessKey: secretAccessKey.reveal(),
      sessionToken: sessionToken?.reveal(),
    });
  return config;
}
