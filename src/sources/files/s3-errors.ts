import { redact } from '../../config';
import { isTidemarkError, TidemarkError } from '../../errors';

interface S3Failure {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const REFUSED_KEYS = [
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'AccessDenied',
  'ExpiredToken',
  'InvalidToken',
  'CredentialsProviderError',
  'Forbidden',
];
const ELSEWHERE = ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'];

/** The status of an answer that failed. */
export const statusOf = (error: unknown): number | undefined =>
  (error as S3Failure).$metadata?.httpStatusCode;

/** The error for a failure of the S3 client, which says what was done with which bucket. */
export function s3Failure(error: unknown, bucket: string, doing: string): unknown {
  if (isTidemarkError(error)) return error;
  const { name, message } = error as S3Failure;
  const said = redact(`${name}: ${message}`);
  const status = statusOf(error);
  const details = { bucket, status };
  const failed = `${doing} the bucket "${bucket}" failed (${said}).`;
  if (name === 'NoSuchBucket')
    return new TidemarkError(
      'SOURCE_NOT_FOUND',
      `There is no bucket "${bucket}" at this endpoint. Check the name, "s3.endpoint" and "s3.region".`,
      {
        cause: error,
        details,
      },
    );
  if (ELSEWHERE.includes(name))
    return new TidemarkError('SOURCE_REFUSED', `${failed} Set "s3.region" to the bucket's region.`, {
      cause: error,
      details,
    });
  if (REFUSED_KEYS.includes(name) || status === 401 || status === 403)
    return new TidemarkError(
      'SOURCE_UNAUTHORIZED',
      `${failed} Check "s3.accessKeyId" and "s3.secretAccessKey"; they need the rights s3:ListBucket and s3:GetObject.`,
      { cause: error, details },
    );
  const again = status === undefined || status >= 500 || status === 429;
  return new TidemarkError(again ? 'SOURCE_UNREACHABLE' : 'SOURCE_REFUSED', failed, {
    cause: error,
    details,
  });
}
