import type { Dataset } from '../destination';
import { isTidemarkError } from '../errors';
import { LOADS_TABLE, parseSchema, type StoredSchema, VERSION_TABLE } from '../schema';
import type { SchemaVersion } from './schema-history';

/** A schema version as it was stored. */
export interface StoredVersion extends SchemaVersion {
  /** Undefined where it is of an engine of dlt that can't be read any more. */
  readonly schema: StoredSchema | undefined;
}

/** A schema version that loads have, and the first of them: the one that it came with. */
export interface LoadedVersion {
  readonly source: string;
  readonly hash: string;
  readonly firstLoad: string;
}

type Reads = Pick<Dataset, 'quote' | 'qualify' | 'query' | 'stream'>;

/** Every stored version of a source's schema, oldest first, a few at a time: all of them together may be large. */
export async function* storedVersions(dataset: Reads, source: string): AsyncGenerator<StoredVersion> {
  const schema = dataset.quote('schema');
  const chunks = dataset.stream(
    `SELECT version, inserted_at, ${schema} AS content FROM ${dataset.qualify(VERSION_TABLE)} WHERE schema_name = ? ORDER BY inserted_at, version`,
    [source],
  );
  for await (const chunk of chunks)
    for (const { version, inserted_at, content } of chunk.toRows())
      yield { version: Number(version), at: String(inserted_at), schema: parsed(content) };
}

/** The versions that loads of these sources have. It reads three columns of `_dlt_loads`. */
export async function loadedVersions(dataset: Reads, sources: readonly string[]): Promise<LoadedVersion[]> {
  const { rows } = await dataset.query(
    `SELECT schema_name, schema_version_hash, min(load_id) AS first_load FROM ${dataset.qualify(LOADS_TABLE)}` +
      ` WHERE status = 0 AND schema_version_hash IS NOT NULL AND ${isOneOf('schema_name', sources)} GROUP BY schema_name, schema_version_hash`,
    sources,
  );
  return rows.map((row) => ({
    source: String(row['schema_name']),
    hash: String(row['schema_version_hash']),
    firstLoad: String(row['first_load']),
  }));
}

/** Stored schemas by the hash of their version; what can't be read any more isn't among them. */
export async function schemasByHash(
  dataset: Reads,
  hashes: readonly string[],
): Promise<ReadonlyMap<string, StoredSchema>> {
  const found = new Map<string, StoredSchema>();
  if (hashes.length === 0) return found;
  const { rows } = await dataset.query(
    `SELECT version_hash, ${dataset.quote('schema')} AS content FROM ${dataset.qualify(VERSION_TABLE)} WHERE ${isOneOf('version_hash', hashes)}`,
    hashes,
  );
  for (const { version_hash, content } of rows) {
    const schema = parsed(content);
    if (schema !== undefined) found.set(String(version_hash), schema);
  }
  return found;
}

/** A condition on a column with a parameter for each value, of which there is one at least. */
export const isOneOf = (column: string, values: readonly unknown[]): string =>
  values.length === 1 ? `${column} = ?` : `${column} IN (${values.map(() => '?').join(', ')})`;

function parsed(content: unknown): StoredSchema | undefined {
  try {
    return parseSchema(String(content));
  } catch (error) {
    if (isTidemarkError(error, 'SCHEMA_INVALID')) return undefined;
    throw error;
  }
}
