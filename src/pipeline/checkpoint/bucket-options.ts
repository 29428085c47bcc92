import { isSecret, type Secret } from '../../config';
import { flag, hidden, object, text } from '../../options';

/**
 * A bucket for checkpoints: of S3, or of a store that speaks its protocol and knows conditional writes. What isn't given is
 * looked up: `CHECKPOINTS__S3__BUCKET`, `CHECKPOINTS__S3__SECRET_ACCESS_KEY` and so on in the environment and `.env`,
 * `[checkpoints.s3]` in `.dlt/secrets.toml` and `.dlt/config.toml`; the pipeline's own, `<PIPELINE>__CHECKPOINTS__S3__…`, first.
 */
export interface S3CheckpointOptions {
  /** Its name alone. */
  readonly bucket?: string;
  /** What keys begin with. @default 'tidemark/checkpoints' */
  readonly prefix?: string;
  /** Of a store other than AWS's: `https://minio.example.com:9000`. */
  readonly endpoint?: string;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** @default what AWS's own tools find: environment, profile, the machine's role */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string | Secret;
  readonly sessionToken?: string | Secret;
  /** Whether the bucket is part of the path and not of the host name. @default true with an endpoint */
  readonly pathStyle?: boolean;
}

const secretText = hidden('a text or a secret', (value) => typeof value === 'string' || isSecret(value));

export const s3CheckpointOptions = object<S3CheckpointOptions>({
  bucket: text,
  prefix: text,
  endpoint: text,
  region: text,
  accessKeyId: text,
  secretAccessKey: secretText,
  sessionToken: secretText,
  pathStyle: flag,
});
