import type { CursorState } from '../incremental';
import { canonicalJson, ownField } from '../value';
import { storedResource } from './stored';
import { encodeTyped } from './typed-value';
import type { PipelineState } from './types';

/** The stored cursor of a resource, undefined if it never loaded statefully. */
export function storedCursor(
  state: PipelineState | undefined,
  source: string,
  resource: string,
  path: string,
): CursorState | undefined {
  return ownField(storedResource(state, source, resource).cursors, path);
}

/** Whether a load that begins with `a` begins with `b`: the same last value and the same boundary rows. */
export function sameCursor(a: CursorState | undefined, b: CursorState | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return position(a) === position(b);
}

function position(cursor: CursorState): string {
  return canonicalJson(encodeTyped([cursor.last_value ?? null, [...cursor.unique_hashes].sort()]));
}
