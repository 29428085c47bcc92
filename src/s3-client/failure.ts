import { redact } from '../redaction';

interface Raw {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** What a failure of the S3 client means: `unreachable` is worth another try, `refused` is any other answer. */
export interface S3Failure {
  readonly kind: 'no bucket' | 'elsewhere' | 'unauthorized' | 'unreachable' | 'refused';
  readonly status: number | undefined;
  /** Its name and message, with secrets cut out. */
  readonly said: string;
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
export const s3StatusOf = (error: unknown): number | undefined => (error as Raw).$metadata?.httpStatusCode;

/** What a failure of the S3 client means. */
export function s3Failure(error: unknown): S3Failure {
  const { name, message } = error as Raw;
  const status = s3StatusOf(error);
  return { kind: kindOf(name, status), status, said: redact(`${name}: ${message}`) };
}

function kindOf(name: string, status: number | undefined): S3Failure['kind'] {
  if (name === 'NoSuchBucket') return 'no bucket';
  if (ELSEWHERE.includes(name)) return 'elsewhere';
  if (REFUSED_KEYS.includes(name) || status === 401 || status === 403) return 'unauthorized';
  return status === undefined || status >= 500 || status === 429 ? 'unreachable' : 'refused';
}
