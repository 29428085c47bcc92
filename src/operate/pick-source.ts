import { namesAndGuess, TidemarkError } from '../errors';
import type { Entry } from '../run';
import { schemaNameOf } from '../schema';

/**
 * The schema's name of the one source that is meant.
 *
 * @param wanted a source's name; needed where the pipeline has several
 * @throws USAGE listing the names there are
 */
export function pickSource(entry: Entry, wanted: string | undefined): string {
  const names = entry.sources().map(({ name }) => name);
  const [only] = names;
  if (wanted === undefined && only !== undefined && names.length === 1) return schemaNameOf(only);
  if (wanted !== undefined && names.includes(wanted)) return schemaNameOf(wanted);
  const problem =
    wanted === undefined
      ? `The pipeline "${entry.name}" has several sources; name one with --source:`
      : `The pipeline "${entry.name}" has no source "${wanted}"; it has`;
  throw new TidemarkError('USAGE', `${problem} ${namesAndGuess(wanted ?? '', names)}`);
}

/** The error of a source of which nothing was loaded. */
export const nothingLoaded = (entry: Entry, source: string): TidemarkError =>
  new TidemarkError(
    'USAGE',
    `Nothing was loaded of "${source}" by the pipeline "${entry.name}" yet; it has no schema until then.`,
  );
