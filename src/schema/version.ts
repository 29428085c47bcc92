import { createHash } from 'node:crypto';
import { canonicalJson, compareCodePoints } from '../value';
import type { StoredSchema } from './types';

const PREVIOUS_HASHES = 10;

/**
 * dlt's hash of a schema's content: version and hashes apart, keys in code point order, and the order of the columns.
 * Source: `generate_version_hash` of dlt 1.31, by example in the interop notes.
 */
export function schemaHash(schema: StoredSchema): string {
  const { version, version_hash, previous_hashes, ...content } = schema;
  const rest: Record<string, unknown> = { ...content };
  delete rest.imported_version_hash;
  const hash = createHash('sha3-256').update(canonicalJson(rest), 'utf8');
  for (const name of Object.keys(schema.tables).sort(compareCodePoints)) {
    hash.update(name, 'utf8');
    for (const column of Object.keys(schema.tables[name]?.columns ?? {})) hash.update(column, 'utf8');
  }
  return hash.digest('base64');
}

/**
 * The schema with the hash of its content. If it differs from the stored hash, the version is one higher and the
 * hash that it replaces stands first in `previous_hashes`; a schema without a hash keeps its version.
 */
export function bumpVersion(schema: StoredSchema): StoredSchema {
  const hash = schemaHash(schema);
  const replaced = schema.version_hash;
  if (hash === replaced) return schema;
  if (replaced === '') return { ...schema, version_hash: hash };
  const known = schema.previous_hashes.includes(replaced);
  const previous = known ? schema.previous_hashes : [replaced, ...schema.previous_hashes];
  return {
    ...schema,
    version: schema.version + 1,
    version_hash: hash,
    previous_hashes: previous.slice(0, PREVIOUS_HASHES),
  };
}
