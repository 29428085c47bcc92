import { createHash } from 'node:crypto';
import { type CanonicalJsonOptions, canonicalJson } from './canonical-json';

/** Base64 without padding of the first `bytes` bytes of SHAKE-128 over the UTF-8 text: 9 bytes are 12 characters, 10 are 14. */
export function shake128(text: string, bytes: number): string {
  const digest = createHash('shake128', { outputLength: bytes }).update(text, 'utf8').digest('base64');
  const padding = (3 - (bytes % 3)) % 3;
  return padding === 0 ? digest : digest.slice(0, -padding);
}

/** Base64, with padding, of SHA3-256 over the UTF-8 text: how dlt marks versions of state and schema. */
export function sha3(text: string): string {
  return createHash('sha3-256').update(text, 'utf8').digest('base64');
}

/**
 * The hash by which a row at the boundary of an incremental load is recognised, as dlt stores it in `unique_hashes`:
 * 12 characters of SHAKE-128 over the canonical JSON of the key. `long` gives the 20 characters of dlt before 1.29.
 *
 * @example keyHash(1) // '669czW83KR00'
 */
export function keyHash(key: unknown, format: 'short' | 'long' = 'short'): string {
  const options: CanonicalJsonOptions = format === 'long' ? { instants: 'iso' } : {};
  return shake128(canonicalJson(key, options), format === 'long' ? 15 : 9);
}

/** The id that dlt derives from content: 14 characters of SHAKE-128 over the canonical JSON, or over a text as it is. */
export function contentId(content: unknown): string {
  return shake128(typeof content === 'string' ? content : canonicalJson(content), 10);
}
