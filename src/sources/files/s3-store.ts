import { redact } from '../../config';
import { isTidemarkError } from '../../errors';
import { connectToS3, S3_TRIES, type S3Connection, type S3Settings, s3StatusOf } from '../../s3-client';
import { Timestamp } from '../../value';
import { changedFile } from './file-errors';
import { checkListing, nextToken, notTheObject, objectProblem } from './s3-answer';
import { bucketFailure } from './s3-errors';
import type { FileStore, StoredFile } from './types';

/** A bucket of S3 or of a store that speaks its protocol, and the prefix that paths are below. */
export function s3Store(bucket: string, prefix: string, settings: S3Settings): FileStore {
  let connecting: Promise<S3Connection> | undefined;
  const connected = () => {
    connecting ??= connectToS3(settings);
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
          throw bucketFailure(error, bucket, 'Listing');
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
  const status = s3StatusOf(error);
  if (status === 412) throw changedFile(file, 'changed', error);
  if (status === 404 && (error as Error).name === 'NoSuchKey') throw changedFile(file, 'is gone', error);
  if (status !== undefined || attempt === S3_TRIES)
    throw bucketFailure(error, bucket, `Reading "${file.path}" of`);
}

/** Keys come encoded as in a form, since XML cannot hold every character. */
const decodedKey = (key: string): string => decodeURIComponent(key.replaceAll('+', ' '));
