import type { PipelineRef, ResolvedPipeline } from '../config';
import type { LoadOptions } from '../contracts';
import type { Source } from '../source';

/**
 * Looks whether what was bound for a run fits the resources of its entry: once, before anything is loaded.
 * @throws PARAM_INVALID
 */
export function checkBindings(
  entry: Pick<ResolvedPipeline<PipelineRef, Source>, 'sources'>,
  bind: LoadOptions['bind'] = {},
): void {
  if (Object.keys(bind).length === 0) return;
  for (const source of entry.sources())
    source.bind(
      Object.fromEntries(Object.entries(bind).filter(([name]) => source.allResourceNames.includes(name))),
    );
}
