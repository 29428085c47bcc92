import { deflateSync, inflateSync } from 'node:zlib';
import { isInteger, isSafeNumber, parse } from 'lossless-json';
import { TidemarkError } from '../errors';
import { canonicalJson, isRecord, sha3 } from '../value';
import { decodeTyped, encodeTyped } from './typed-value';
import type { PipelineState } from './types';

const OLDEST_ENGINE = 3;
export const STATE_ENGINE = 4;

/** The text that `_dlt_pipeline_state.state` holds: base64 of the zlib form of compact JSON. */
export function serializeState(state: PipelineState): string {
  return deflateSync(canonicalJson(encodeTyped(state)), { level: 9 }).toString('base64');
}

/**
 * Reads what `_dlt_pipeline_state.state` holds, written by dlt or by tidemark; plain JSON text is accepted too.
 * @throws TidemarkError STATE_INVALID if it is neither, of an engine that isn't known, or lacks what dlt requires
 */
export function parseState(text: string): PipelineState {
  const state = decodeTyped(parseExact(unpack(text)));
  if (!isRecord(state)) throw invalid('is not an object');
  const engine = state._state_engine_version;
  if (typeof engine !== 'number' || engine < OLDEST_ENGINE || engine > STATE_ENGINE)
    throw invalid(
      `has engine version "${String(engine)}"; ${OLDEST_ENGINE} and ${STATE_ENGINE} can be read. Update tidemark`,
    );
  if (typeof state.pipeline_name !== 'string') throw invalid('has no pipeline_name');
  return {
    dataset_name: '',
    ...state,
    pipeline_name: state.pipeline_name,
    schema_names: Array.isArray(state.schema_names) ? state.schema_names : [],
    _state_version: typeof state._state_version === 'number' ? state._state_version : 0,
    _state_engine_version: STATE_ENGINE,
    _version_hash: typeof state._version_hash === 'string' ? state._version_hash : '',
  };
}

/**
 * dlt's hash of a state's content: versions, hash and what is local to a machine apart.
 * Source: `generate_pipeline_state_version_hash` of dlt 1.31, by example in the interop notes.
 */
export function hashState(state: PipelineState): string {
  const { _state_version, _state_engine_version, _version_hash, _local, ...content } = state;
  return sha3(canonicalJson(encodeTyped(content)));
}

function unpack(text: string): string {
  if (/^\s*\{/.test(text)) return text;
  try {
    return inflateSync(new Uint8Array(Buffer.from(text, 'base64'))).toString('utf8');
  } catch (cause) {
    throw invalid('is neither JSON nor its packed form', cause);
  }
}

function parseExact(json: string): unknown {
  try {
    // Only a number of 16 digits or more can lose one; the exact parser is many times slower.
    return /\d{16}/.test(json) ? parse(json, undefined, exactNumber) : JSON.parse(json);
  } catch (cause) {
    throw invalid('is not JSON', cause);
  }
}

function exactNumber(text: string): number | bigint {
  return isInteger(text) && !isSafeNumber(text) ? BigInt(text) : Number(text);
}

function invalid(what: string, cause?: unknown): TidemarkError {
  return new TidemarkError('STATE_INVALID', `The state stored in _dlt_pipeline_state ${what}.`, { cause });
}
