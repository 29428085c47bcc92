/** What isn't installed along with tidemark, since most projects don't need it: the packages of each, as errors list them. */
export const OPTIONAL_PACKAGES = {
  Postgres: ['pg', 'pg-copy-streams', 'pg-cursor'],
  S3: ['@aws-sdk/client-s3'],
  BigQuery: ['@google-cloud/bigquery'],
} as const;

/** What needs packages that a project installs by itself. */
export type OptionalFeature = keyof typeof OPTIONAL_PACKAGES;
