import type { ListObjectsV2Command, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { redact } from '../../config';
import { TidemarkError } from '../../errors';
import { collectAll } from '../collect-all';
import type { StoredFile } from './types';

/** The most of an answer that a message quotes. */
const QUOTED = 80;
const LISTING = /^\uFEFF?\s*(<\?xml[^>]*>\s*)?<ListBucketResult[\s>][\s\S]*<\/ListBucketResult>\s*$/;

interface RawExchange {
  readonly request: unknown;
  readonly response: unknown;
}

/**
 * Has the answer to a listing looked at before the SDK reads it: to the SDK every document without the elements that it
 * looks for, such as a login page, is an empty bucket.
 */
export function checkListing(command: ListObjectsV2Command): void {
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      await refuseOtherDocument({ request: args.request, response: result.response });
      return result;
    },
    // the innermost of this step: what it sees isn't parsed yet
    { step: 'deserialize', priority: 'low', name: 'tidemarkCheckListing' },
  );
}

async function refuseOtherDocument({ request, response }: RawExchange): Promise<void> {
  const answer = response as { statusCode: number; body?: AsyncIterable<Uint8Array> | Uint8Array };
  if (answer.statusCode >= 300) return;
  const body =
    answer.body === undefined || answer.body instanceof Uint8Array
      ? (answer.body ?? new Uint8Array())
      : new Uint8Array(Buffer.concat(await collectAll(answer.body)));
  answer.body = body;
  const text = Buffer.from(body).toString();
  if (LISTING.test(text)) return;
  const address = addressOf(request);
  throw new TidemarkError(
    'SOURCE_UNREACHABLE',
    `${address} answered a listing with something else than a list of a bucket's files: "${quoted(text)}". Check "s3.endpoint", and whether a proxy or a login page is between.`,
    { details: { address, status: answer.statusCode } },
  );
}

/** Where a request went, without its query. */
function addressOf(request: unknown): string {
  const { protocol, hostname, port, path } = request as Record<string, string | number | undefined>;
  return redact(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
}

function quoted(text: string): string {
  const line = redact(text.replace(/\s+/g, ' ').trim());
  return line.length > QUOTED ? `${line.slice(0, QUOTED)}…` : line;
}

/**
 * The token of the next page of a listing; undefined after the last one.
 *
 * @param seen the tokens of the pages before
 * @throws SOURCE_REFUSED for a page that leads back, or says that more is to come and not how to get it
 */
export function nextToken(
  page: Pick<ListObjectsV2CommandOutput, 'IsTruncated' | 'NextContinuationToken'>,
  { seen, at }: { readonly seen: ReadonlySet<string>; readonly at: string },
): string | undefined {
  const { IsTruncated, NextContinuationToken: token } = page;
  if (IsTruncated === false || (IsTruncated === undefined && token === undefined)) return undefined;
  if (token !== undefined && token !== '' && !seen.has(token)) return token;
  const problem = token
    ? 'gave the same continuation token again'
    : 'gave no token for the rest of its files';
  throw new TidemarkError(
    'SOURCE_REFUSED',
    `The listing of ${at} ${problem}, so it would never be complete. The store must speak ListObjectsV2 of S3's protocol; check "s3.endpoint".`,
    { details: { location: at } },
  );
}

/**
 * Whether an answer is the object that was asked for, and not another version of it, a page without a version, or
 * all of it where the rest was asked for. Undefined if it is.
 */
export function objectProblem(
  asked: { readonly etag: string | undefined; readonly offset: number },
  got: { readonly etag: string | undefined; readonly status: number | undefined },
): 'another version' | 'not the object' | undefined {
  if (asked.offset > 0 && got.status !== 206) return 'not the object';
  if (asked.etag === undefined) return undefined;
  if (got.etag === undefined) return 'not the object';
  return plain(got.etag) === plain(asked.etag) ? undefined : 'another version';
}

/** A version as a proxy leaves it, that marks it as weak. */
const plain = (etag: string): string => etag.replace(/^W\//, '').replaceAll('"', '');

/** The error of an answer to the request of an object that is something else, such as a login page. */
export const notTheObject = (file: StoredFile, at: string): TidemarkError =>
  new TidemarkError(
    'SOURCE_UNREACHABLE',
    `The answer to reading "${file.path}" of ${at} is not that object, as its headers tell. Check "s3.endpoint", and whether a proxy or a login page is between.`,
    { details: { file: file.path, location: at } },
  );
