import { TidemarkError } from '../errors';
import { isBlank, normalizePath } from './naming';

/** Whose columns they are, and what helps where two of them give one name. */
interface ColumnsOwner {
  /** As a message names it: `The table "public"."users"`. */
  readonly owner: string;
  /** What to write: a sentence that ends in a full stop. */
  readonly cure: string;
}

/**
 * Refuses columns that are known before any row is read and give one name: all rows would lose a value, or have it in a
 * column that nobody expects.
 * @throws TidemarkError NAME_COLLISION, naming both
 */
export function checkDistinctNames(columns: readonly string[], { owner, cure }: ColumnsOwner): void {
  const byName = new Map<string, string>();
  for (const column of columns) {
    const name = isBlank(column) ? '' : normalizePath(column);
    const other = byName.get(name);
    if (other !== undefined && other !== column)
      throw new TidemarkError(
        'NAME_COLLISION',
        `${owner} has the columns "${other}" and "${column}", which both give the name "${name}". ${cure}`,
        { details: { columns: [other, column], name } },
      );
    byName.set(name, column);
  }
}
