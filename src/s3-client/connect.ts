import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { Secret } from '../config';
import { loadPackage } from '../optional-package';
import { withoutUndefined } from '../value';

/** How a bucket is reached; each value has the default of AWS's own tools. */
export interface S3Settings {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: Secret | undefined;
  readonly sessionToken?: Secret | undefined;
  readonly pathStyle?: boolean | undefined;
}

export interface S3Connection {
  readonly sdk: typeof import('@aws-sdk/client-s3');
  readonly client: S3Client;
}

const DEFAULT_REGION = 'us-east-1';
/** Tries of one request, unless it is said otherwise. */
export const S3_TRIES = 4;

export interface S3Limits {
  /** Of one request, with waits that grow up to 20 seconds. @default S3_TRIES */
  readonly tries?: number | undefined;
  /** How long a connection may be silent before it counts as lost. @default for ever */
  readonly silenceMs?: number | undefined;
}

/** A client of a bucket's store. The SDK is big: it is loaded here, so only by who has a bucket. */
export async function connectToS3(settings: S3Settings, limits: S3Limits = {}): Promise<S3Connection> {
  const sdk = loadPackage<typeof import('@aws-sdk/client-s3')>('S3', '@aws-sdk/client-s3');
  const config = clientConfig(settings);
  config.maxAttempts = limits.tries ?? S3_TRIES;
  if (limits.silenceMs !== undefined)
    config.requestHandler = { connectionTimeout: limits.silenceMs, socketTimeout: limits.silenceMs };
  return { sdk, client: new sdk.S3Client(config) };
}

function clientConfig(settings: S3Settings): S3ClientConfig {
  const { endpoint, region = DEFAULT_REGION, accessKeyId, secretAccessKey, sessionToken } = settings;
  const config: S3ClientConfig = {
    region,
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
