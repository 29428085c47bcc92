import type { BackfillPage, PlanBackfillInput } from '../src/contracts';
import { entryOf, listComponents, planBackfillPage } from '../src/plan';
import { withDataset } from '../src/run';
import { schemaNameOf } from '../src/schema';
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
        gaps: async ({ source, name }, range) =>
          (await dataset.coverage({ source: schemaNameOf(source), resource: name, ...range })).gaps,
      }),
    );
  };
}
