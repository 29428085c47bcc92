import { decode, difference } from '../../src/conformance';
import { isTidemarkError } from '../../src/errors';
import { type Case, KIND_NAMES } from './case-files';
import type { MakeDestination } from './kind';
import { KINDS } from './kinds';

/**
 * Runs one case; a short text says what differed, undefined that nothing did.
 * @param destination where it loads to. @default a DuckDB file
 */
export async function runCase(one: Case, destination?: MakeDestination): Promise<string | undefined> {
  const kind = KINDS.find(({ name }) => name === one.kind);
  if (kind === undefined)
    return KIND_NAMES.includes(one.kind)
      ? `kind "${one.kind}" is not built yet`
      : `unknown kind "${one.kind}"`;
  try {
    const actual = await kind.run(decode(one.input), destination);
    const expected = decode(one.expect);
    return kind.matches === undefined ? difference(actual, expected) : kind.matches(actual, expected);
  } catch (error) {
    if (isTidemarkError(error)) return `threw ${error.code}: ${error.message}`;
    return `threw ${error instanceof Error ? (error.stack ?? error.message).split('\n', 2).join(' ') : String(error)}`;
  }
}
