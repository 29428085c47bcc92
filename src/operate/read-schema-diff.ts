import type { Dataset } from '../destination';
import { TidemarkError } from '../errors';
import type { Entry } from '../run';
import type { StoredSchema } from '../schema';
import type { Access } from './access';
import { nothingLoaded, pickSource } from './pick-source';
import { schemaDiff, type TableDifference } from './schema-diff';
import { storedVersions } from './schema-versions';

/** Which two schemas are compared. */
export interface SchemaDiffRequest {
  /** Needed where the pipeline has several. */
  readonly source?: string | undefined;
  /** The earlier version. @default the one before `to`, nothing where there is none */
  readonly from?: number | undefined;
  /** The later version. @default the newest */
  readonly to?: number | undefined;
}

/** One of two schemas that were compared. */
export interface ComparedSchema {
  readonly pipeline: string;
  readonly source: string;
  /** Undefined for what was there before the first version: nothing. */
  readonly version: number | undefined;
  readonly at: string | undefined;
}

export interface SchemaDiff {
  readonly from: ComparedSchema;
  readonly to: ComparedSchema;
  /** Empty where they are the same. */
  readonly tables: readonly TableDifference[];
}

interface Found {
  readonly version: number;
  readonly at: string;
  readonly schema: StoredSchema;
}

/** What changed between two versions of a schema. @throws USAGE for a version that isn't stored, or can't be read any more */
export function readSchemaDiff(
  entry: Entry,
  request: SchemaDiffRequest,
  access: Access,
): Promise<SchemaDiff> {
  const source = pickSource(entry, request.source);
  return access.withDataset(entry, async (dataset) => {
    const versions = await readableVersions(dataset, entry, source);
    const to = request.to === undefined ? versions.at(-1)! : versionOf(versions, request.to);
    const from =
      request.from === undefined ? versions[versions.indexOf(to) - 1] : versionOf(versions, request.from);
    return {
      from: compared(entry, source, from),
      to: compared(entry, source, to),
      tables: schemaDiff(from?.schema, to.schema),
    };
  });
}

/**
 * What differs between the newest schema of one pipeline and that of another: in `to`, which is the first one's, it is added or gone.
 *
 * @throws USAGE where nothing was loaded of either
 */
export async function compareSchemas(
  [entry, other]: readonly [Entry, Entry],
  request: Pick<SchemaDiffRequest, 'source'>,
  access: Access,
): Promise<SchemaDiff> {
  const newest = async (of: Entry, wanted: string | undefined) => {
    const source = pickSource(of, wanted);
    const found = await access.withDataset(of, (dataset) => readableVersions(dataset, of, source));
    return { source, found: found.at(-1)! };
  };
  const to = await newest(entry, request.source);
  const from = await newest(other, request.source);
  return {
    from: compared(other, from.source, from.found),
    to: compared(entry, to.source, to.found),
    tables: schemaDiff(from.found.schema, to.found.schema),
  };
}

const compared = (entry: Entry, source: string, found: Found | undefined): ComparedSchema => ({
  pipeline: entry.name,
  source,
  version: found?.version,
  at: found?.at,
});

/** Oldest first, one at least. */
async function readableVersions(dataset: Dataset, entry: Entry, source: string): Promise<readonly Found[]> {
  const { schema: newest } = await dataset.snapshot(source);
  if (newest === undefined) throw nothingLoaded(entry, source);
  const found: Found[] = [];
  for await (const { version, at, schema } of storedVersions(dataset, source))
    if (schema !== undefined) found.push({ version, at, schema });
  return found;
}

/** The newest that has the number: whoever continues a dataset with an old schema counts on from that. */
function versionOf(versions: readonly Found[], wanted: number): Found {
  const found = versions.findLast(({ version }) => version === wanted);
  if (found !== undefined) return found;
  const numbers = [...new Set(versions.map(({ version }) => version))].join(', ');
  throw new TidemarkError(
    'USAGE',
    `No schema version "${wanted}" is stored that can be read; there are ${numbers}.`,
  );
}
