import { inflateSync } from 'node:zlib';
import { TidemarkError } from '../errors';
import { isRecord } from '../value';
import type { StoredSchema } from './types';

const OLDEST_ENGINE = 10;
const ENGINE = 11;

/** The text of a schema version as it is stored: compact JSON. */
export function serializeSchema(schema: StoredSchema): string {
  return JSON.stringify(schema);
}

/**
 * Reads what `_dlt_version.schema` holds, written by dlt or by tidemark: JSON, or base64 of its zlib form. Names,
 * dispositions and settings that are left out are filled in as dlt fills them.
 * @throws TidemarkError SCHEMA_INVALID if it is neither, or of an engine that isn't known
 */
export function parseSchema(text: string): StoredSchema {
  const stored = decode(text);
  const engine = stored.engine_version;
  if (typeof engine !== 'number' || engine < OLDEST_ENGINE || engine > ENGINE)
    throw invalid(
      `has engine version "${String(engine)}"; ${OLDEST_ENGINE} and ${ENGINE} can be read. Update tidemark`,
    );
  if (typeof stored.name !== 'string' || !isRecord(stored.tables)) throw invalid('has no name or no tables');
  const schema = {
    settings: {},
    normalizers: { names: 'snake_case', json: { module: 'dlt.common.normalizers.json.relational' } },
    ...stored,
    version: typeof stored.version === 'number' ? stored.version : 1,
    version_hash: typeof stored.version_hash === 'string' ? stored.version_hash : '',
    previous_hashes: Array.isArray(stored.previous_hashes) ? stored.previous_hashes : [],
    engine_version: ENGINE,
  } as unknown as StoredSchema;
  for (const [name, table] of Object.entries(schema.tables)) {
    table.name = name;
    table.columns ??= {};
    for (const [column, field] of Object.entries(table.columns)) field.name = column;
    if (table.parent !== undefined) continue;
    table.write_disposition ??= 'append';
    table.resource ??= name;
  }
  return schema;
}

function decode(text: string): Record<string, unknown> {
  try {
    const json = /^\s*\{/.test(text) ? text : inflateSync(bytesOf(text)).toString('utf8');
    const value: unknown = JSON.parse(json);
    if (isRecord(value)) return value;
  } catch (cause) {
    throw invalid('is neither JSON nor its packed form', cause);
  }
  throw invalid('is not an object');
}

function bytesOf(base64: string): Uint8Array {
  const packed = Buffer.from(base64, 'base64');
  return new Uint8Array(packed.buffer, packed.byteOffset, packed.length);
}

function invalid(what: string, cause?: unknown): TidemarkError {
  return new TidemarkError('SCHEMA_INVALID', `The schema stored in _dlt_version ${what}.`, { cause });
}
