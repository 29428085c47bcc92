import { isTidemarkError, TidemarkError } from '../../errors';
import { s3Failure } from '../../s3-client';

/** The error for a failure of the S3 client, which says what was done with which bucket, and which setting cures it. */
export function bucketFailure(error: unknown, bucket: string, doing: string): unknown {
  if (isTidemarkError(error)) return error;
  const { kind, status, said } = s3Failure(error);
  const options = { cause: error, details: { bucket, status } };
  const failed = `${doing} the bucket "${bucket}" of the checkpoints failed (${said}).`;
  switch (kind) {
    case 'no bucket':
      return new TidemarkError(
        'CONFIG_INVALID',
        `There is no bucket "${bucket}" for checkpoints at this endpoint. Make it, or check "checkpoints.s3.bucket", "checkpoints.s3.endpoint" and "checkpoints.s3.region".`,
        options,
      );
    case 'elsewhere':
      return new TidemarkError(
        'CONFIG_INVALID',
        `${failed} Set "checkpoints.s3.region" to the bucket's region.`,
        options,
      );
    case 'unauthorized':
      return new TidemarkError(
        'CONFIG_INVALID',
        `${failed} Check "checkpoints.s3.accessKeyId" and "checkpoints.s3.secretAccessKey"; they need the rights s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject.`,
        options,
      );
    case 'unreachable':
      return new TidemarkError('HTTP_NETWORK', `${failed} Check "checkpoints.s3.endpoint".`, options);
    case 'refused':
      return new TidemarkError('CONFIG_INVALID', failed, options);
  }
}
