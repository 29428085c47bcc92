import type { BackfillPage, PlanBackfillInput } from '../src/contracts';
import { entryOf, listComponents, planBackfillPage } from '../src/plan';
import { gapReader, withDataset } from '../src/run';
import type { Deployment } from './deployment';

/** `tidemarkPlanBackfill`. */
export function planBackfillActivity(
  deployment: Deployment,
): (input: PlanBackfillInput) => Promise<BackfillPage> {
  const { config, indexed = false } = deployment;
  return async (input) => {
    const entry = entryOf(config, input.pipeline);
    return withDataset(deployment, entry.pipeline, (dataset) =>
      planBackfillPage({
        entry,
        components: listComponents(entry, input.resources),
        input,
        indexed,
        gaps: gapReader(dataset),
      }),
    );
  };
}
