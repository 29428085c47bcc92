import type { PipelineRef, ResolvedPipeline } from '../config';
import type { LoadOptions } from '../contracts';
import { namesAndGuess, shown, TidemarkError } from '../errors';
import type { Source } from '../source';

/**
 * Looks whether what was bound for a run fits the resources of its entry: once, before anything is loaded. A resource that a
 * source has and the entry doesn't select may be bound: one that is selected may extract from its rows.
 * @throws RESOURCE_UNKNOWN for a resource that no source of the entry has, PARAM_INVALID
 */
export function checkBindings(
  entry: Pick<ResolvedPipeline<PipelineRef, Source>, 'name' | 'sources'>,
  bind: LoadOptions['bind'] = {},
): void {
  const bound = Object.keys(bind);
  if (bound.length === 0) return;
  const sources = entry.sources();
  const resources = sources.flatMap(({ allResourceNames }) => allResourceNames);
  for (const name of bound)
    if (!resources.includes(name))
      throw new TidemarkError(
        'RESOURCE_UNKNOWN',
        `A parameter is bound of the resource "${shown(name)}", which pipeline "${entry.name}" has not; it has ${namesAndGuess(name, resources)}`,
        { details: { resource: shown(name), resources } },
      );
  for (const source of sources)
    source.bind(
      Object.fromEntries(Object.entries(bind).filter(([name]) => source.allResourceNames.includes(name))),
    );
}
