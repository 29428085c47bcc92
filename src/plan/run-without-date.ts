import type { PipelineRef, ResolvedPipeline } from '../config';
import type { LoadIntervalInput } from '../contracts';
import { TidemarkError } from '../errors';
import type { Source } from '../source';
import { partByDate } from './entry-component';
import { listComponents } from './list-components';

const NAMED = 5;

/** Why a run without a date leaves resources out, and how it gets one. @param others whether it loads any other */
export function noDate(dated: readonly string[], others: boolean): string {
  const more = dated.length > NAMED ? ` and ${dated.length - NAMED} more` : '';
  const names = `${dated.slice(0, NAMED).join(', ')}${more}`;
  const [are, it] = dated.length === 1 ? ['is', 'it'] : ['are', 'them'];
  const nothing = others ? `leaves ${it} out` : 'loads nothing';
  return `${names} ${are} loaded by interval, and a run without a date ${nothing}. Give it one: --logical-date, --interval-at, or --from and --to.`;
}

/**
 * Refuses a run that was given no date and has nothing to load without one.
 *
 * @throws TidemarkError USAGE, naming the flags; RESOURCE_UNKNOWN
 */
export function refuseWithoutDate(
  entry: Pick<ResolvedPipeline<PipelineRef, Source>, 'name' | 'sources' | 'mode'>,
  { time, resources, fullRefresh }: Pick<LoadIntervalInput, 'time' | 'resources' | 'fullRefresh'>,
): void {
  if (entry.mode !== 'interval' || time?.kind !== 'now' || fullRefresh === true) return;
  const { undated, dated } = partByDate(listComponents(entry, resources));
  if (undated.length > 0 || dated.length === 0) return;
  throw new TidemarkError('USAGE', `Of the pipeline "${entry.name}" ${noDate(dated, false)}`, {
    details: { pipeline: entry.name, resources: dated },
  });
}
