import { tmpdir } from 'node:os';
import type { CommitOutcome, Dataset, DatasetSnapshot, LoadPackage, ResourceLoad } from '../destination';
import { createNormalizer, type ResourceHints, StagingArea } from '../normalize';
import { newSchema } from '../schema';
import { withoutUndefined } from '../value';

/** The source of every load that is made here. */
export const SOURCE = 'shop';

/** One resource of a load: its rows, and what a pipeline would say of it. */
export interface Resource extends Partial<Omit<ResourceLoad, 'resource' | 'tables'>> {
  readonly name?: string;
  readonly rows: readonly unknown[];
  readonly hints?: Partial<ResourceHints>;
}

/** A load as checks and tests write it. */
export interface Load {
  readonly key?: string;
  readonly pipeline?: string;
  readonly source?: string;
  readonly resources: readonly Resource[];
  /** What the load began with. @default as of now */
  readonly snapshot?: DatasetSnapshot;
  readonly extra?: Partial<LoadPackage>;
}

let keys = 0;

/** What a pipeline would give to the commit for these rows. */
export async function packageOf(dataset: Dataset, load: Load): Promise<LoadPackage> {
  const source = load.source ?? SOURCE;
  const snapshot = load.snapshot ?? (await dataset.snapshot(source));
  const staging = new StagingArea({
    schema: snapshot.schema ?? newSchema(source),
    spillDir: tmpdir(),
    maxNameLength: dataset.maxNameLength,
  });
  const resources: ResourceLoad[] = [];
  for (const { name = 'items', rows, hints, ...given } of load.resources) {
    const disposition = given.disposition ?? 'append';
    const normalizer = createNormalizer({
      staging,
      resource: {
        name,
        writeDisposition: disposition,
        rootKey: false,
        incrementalColumns: given.cursors?.flatMap((cursor) => cursor.column ?? []) ?? [],
        ...withoutUndefined({
          mergeStrategy: given.strategy,
          primaryKey: given.primaryKey,
          mergeKey: given.mergeKey,
        }),
        ...hints,
      },
    });
    await normalizer.write(rows);
    const result = await normalizer.finish();
    resources.push({
      resource: name,
      tables: result.rootTables,
      disposition,
      primaryKey: [],
      mergeKey: [],
      stateless: false,
      cursors: [],
      generation: snapshot.generations[name] ?? 0,
      ...given,
    });
  }
  return {
    pipeline: load.pipeline ?? 'p',
    schema: staging.schema,
    baseSchemaHash: snapshot.schemaHash,
    baseLoadId: snapshot.lastLoadId,
    loadKey: load.key ?? `key-${++keys}`,
    staged: staging.stage(),
    resources,
    clock: Date.now,
    ...load.extra,
  };
}

/** Commits what {@link packageOf} makes. */
export async function commit(dataset: Dataset, load: Load): Promise<CommitOutcome> {
  return dataset.commit(await packageOf(dataset, load));
}
