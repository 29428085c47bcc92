import { isTidemarkError } from '../../../src/errors';
import { joinPath, normalizeIdentifier, normalizePath } from '../../../src/schema';
import type { Kind } from '../kind';

interface NamingInput {
  readonly identifier?: string;
  readonly path?: readonly string[];
  readonly break_path?: string;
  readonly max_length: number | null;
}

function normalized({ identifier, path, break_path, max_length }: NamingInput): string {
  const limit = max_length ?? undefined;
  if (path !== undefined)
    return joinPath(
      path.map((fragment) => normalizeIdentifier(fragment, limit)),
      limit,
    );
  return break_path === undefined
    ? normalizeIdentifier(identifier ?? '', limit)
    : normalizePath(break_path, limit);
}

export const kind: Kind = {
  name: 'naming',
  run(input) {
    try {
      return { normalized: normalized(input as NamingInput) };
    } catch (error) {
      // dlt has a plain ValueError for what can't be a name.
      if (isTidemarkError(error, 'IDENTIFIER_INVALID')) return { error: 'ValueError' };
      throw error;
    }
  },
};
