/** Milliseconds since 1970 from which the ids of posts count time. */
const EPOCH_MS = 1_288_834_974_657n;

/**
 * An id as an exact integer: ids have up to 19 digits, so that a number would lose the last ones and a text would order
 * `9` after `10`. Undefined for anything that is not an id.
 */
export function postId(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : undefined;
}

/** When a post was made, in epoch milliseconds: the upper bits of its id. */
export const postedMs = (id: bigint): number => Number((id >> 22n) + EPOCH_MS);
