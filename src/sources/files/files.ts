import { z } from 'zod';
import { secret } from '../../config';
import { isTidemarkError } from '../../errors';
import { checkInstalled } from '../../optional-package';
import { s3Location } from '../../s3-client';
import { defineSource } from '../../source';
import { fileTable } from './file-table';
import { openStore } from './open-store';
import { resolveTable, tableSchema } from './table-config';

const config = z.object({
  /** A folder (relative to where the program runs), `file://…`, or `s3://BUCKET/PREFIX`. */
  location: z.string(),
  s3: z
    .object({
      /** Of a store other than AWS's: `https://minio.example.com:9000`. */
      endpoint: z.string().optional(),
      /** @default 'us-east-1' */
      region: z.string().optional(),
      /** @default what AWS's own tools find: environment, profile, the machine's role */
      accessKeyId: z.string().optional(),
      secretAccessKey: secret(z.string()).optional(),
      sessionToken: secret(z.string()).optional(),
      /** Whether the bucket is part of the path and not of the host name. @default true with an endpoint */
      pathStyle: z.boolean().optional(),
    })
    .default({}),
  tables: z.array(tableSchema).min(1),
});

/**
 * A files source under a name of its own, for two of them in one dataset. The name is where config is looked up.
 *
 * @example const exports = filesSource('crm_exports'); // SOURCES__CRM_EXPORTS__S3__SECRET_ACCESS_KEY
 */
export const filesSource = (name: string) =>
  defineSource({
    name,
    config,
    resources: (c) => {
      if (isBucket(() => c.location)) checkInstalled('S3');
      return c.tables.map((table) => fileTable(resolveTable(table), () => openStore(c.location, c.s3)));
    },
  });

/** Whether a location is a bucket's; no for one that isn't known yet, as where resources are only listed. */
function isBucket(location: () => string): boolean {
  try {
    return s3Location(location()) !== undefined;
  } catch (error) {
    if (isTidemarkError(error, 'CONFIG_MISSING')) return false;
    throw error;
  }
}

/**
 * JSON, CSV and Parquet, packed with gzip, zstd or bzip2 or not, from a folder or an S3-compatible bucket: one table for each glob.
 *
 * **Which files a run loads.** With a date in the path (`{yyyy}/{MM}/{dd}`, or `dateFrom`), the files whose date begins in
 * the data interval; so a backfill runs in parallel, in any order, and a rerun finds the same files. Without one, those
 * that were modified in the interval; a file that changes later leaves it for a later one. A run without an interval
 * goes on from the last date or modification time; files at that border are distinguished by path, modification time,
 * ETag and size, and none is loaded twice. One that changed counts as new: have a key and `merge`, or don't change files.
 * `incremental: 'none'` replaces the table with all files.
 *
 * **Rows.** JSON lines and JSON lists keep every digit; cells of CSV are text unless `columns` names their type; Parquet has its own
 * types, and decimals of more than 38 digits are refused. The cursor is a column, `_file_date` or `_file_modified`; `fileColumns` adds `_file_name`.
 * Text is UTF-8 unless its byte order mark or `encoding` says otherwise.
 * A broken line or file fails the load with its name, and its line or byte; nothing is loaded then.
 *
 * **S3.** The Last-Modified of a large object is when its upload began, so files may appear in an interval that is past:
 * load by date, or give the schedule a `delay`.
 *
 * Source of these rules: docs.aws.amazon.com, "ListObjectsV2" and "Uploading and copying objects using multipart upload".
 *
 * @throws CONFIG_INVALID when listed, also for a bucket where `@aws-sdk/client-s3` isn't installed; SOURCE_NOT_FOUND, SOURCE_UNAUTHORIZED, SOURCE_REFUSED, SOURCE_UNREACHABLE, FILE_INVALID in a run
 * @example
 * files({ location: 's3://exports/crm', tables: [
 *   { name: 'batches', glob: '{yyyy}/{MM}/{dd}/*.jsonl.gz', mergeKey: 'batch_day', writeDisposition: 'merge' },
 * ] })
 */
export const files = filesSource('files');
