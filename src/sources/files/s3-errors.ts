import { isTidemarkError, TidemarkError } from '../../errors';
import { s3Failure } from '../../s3-client';

/** The error for a failure of the S3 client, which says what was done with which bucket. */
export function bucketFailure(error: unknown, bucket: string, doing: string): unknown {
  if (isTidemarkError(error)) return error;
  const { kind, status, said } = s3Failure(error);
  const options = { cause: error, details: { bucket, status } };
  const failed = `${doing} the bucket "${bucket}" failed (${said}).`;
  switch (kind) {
    case 'no bucket':
      return new TidemarkError(
        'SOURCE_NOT_FOUND',
        `There is no bucket "${bucket}" at this endpoint. Check the name, "s3.endpoint" and "s3.region".`,
        options,
      );
    case 'elsewhere':
      return new TidemarkError(
        'SOURCE_REFUSED',
        `${failed} Set "s3.region" to the bucket's region.`,
        options,
      );
    case 'unauthorized':
      return new TidemarkError(
        'SOURCE_UNAUTHORIZED',
        `${failed} Check "s3.accessKeyId" and "s3.secretAccessKey"; they need the rights s3:ListBucket and s3:GetObject.`,
        options,
      );
    case 'unreachable':
      return new TidemarkError('SOURCE_UNREACHABLE', failed, options);
    case 'refused':
      return new TidemarkError('SOURCE_REFUSED', failed, options);
  }
}
