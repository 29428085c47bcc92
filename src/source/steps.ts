import { TidemarkError } from '../errors';
import type { ResourceDefinition } from './types';

/** Whether a value is to be awaited: a promise of whatever library. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** Passes a page through the maps and filters, in the order in which they were added; a page without steps as it is. */
export async function applySteps(
  { name, steps }: ResourceDefinition,
  page: readonly unknown[],
): Promise<readonly unknown[]> {
  let rows = page;
  for (const { kind, apply } of steps) {
    const kept: unknown[] = [];
    for (const row of rows) {
      const result = apply(row);
      const value: unknown = isThenable(result) ? await result : result;
      if (kind === 'filter') {
        if (value) kept.push(row);
      } else if (value === undefined)
        throw new TidemarkError(
          'RESOURCE_INVALID',
          `A map of the resource "${name}" returned "undefined" for an item; return the item, and use filter to leave items out.`,
          { details: { resource: name } },
        );
      else kept.push(value);
    }
    rows = kept;
  }
  return rows;
}
