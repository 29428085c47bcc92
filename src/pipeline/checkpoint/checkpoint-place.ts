import path from 'node:path';
import { checkInstalled } from '../../optional-package';
import { type Check, object, text } from '../../options';
import { type S3CheckpointOptions, s3CheckpointOptions } from './bucket-options';
import { bucketPlace } from './bucket-place';
import type { CheckpointPlace } from './checkpoint-store';
import { folderPlace } from './folder-place';

/** A folder that all hosts have, or a bucket. */
export type CheckpointOptions =
  | { readonly path: string; readonly s3?: never }
  | { readonly s3: S3CheckpointOptions; readonly path?: never };

const fields = object<{ path?: string; s3?: S3CheckpointOptions }>({ path: text, s3: s3CheckpointOptions });

export const checkpointOptions: Check = {
  ...fields,
  problem(value, at) {
    const problem = fields.problem(value, at);
    if (problem !== undefined) return problem;
    const { path: folder, s3 } = value as { path?: unknown; s3?: unknown };
    return (folder === undefined) === (s3 === undefined)
      ? `"${at}" has ${s3 === undefined ? 'neither "path" nor "s3"' : 'both "path" and "s3"'}; give one of them.`
      : undefined;
  },
};

/**
 * The place that a pipeline's options name. Nothing is opened.
 * @throws CONFIG_INVALID for a bucket where the package that reaches it isn't installed
 */
export function checkpointPlace(options: CheckpointOptions, pipeline: string): CheckpointPlace {
  if (options.s3 === undefined) return folderPlace(path.resolve(options.path), true);
  checkInstalled('S3');
  return bucketPlace(options.s3, pipeline);
}
