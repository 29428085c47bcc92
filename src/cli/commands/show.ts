import { WorkflowNotFoundError } from '@temporalio/client';
import { WORKFLOWS } from '../../contracts';
import { TidemarkError } from '../../errors';
import { followBackfill } from '../backfill-remote';
import type { Register } from '../command';
import { loadDeployment } from '../deployment';
import { followRun } from '../run-remote';
import { withTemporal } from '../session';

/** `tidemark show RUN`: a run or backfill by its id; shows progress while it runs, else how it ended. */
export const registerShow: Register = (program, run) => {
  program
    .command('show')
    .description('watch a run or backfill, or see how it ended')
    .argument('<run>', 'its workflow id, as "run", "backfill" and "status" print it')
    .action(
      run(async ({ context, args, options }) => {
        const deployment = await loadDeployment(context, options);
        const [workflowId = ''] = args;
        return withTemporal(context, deployment, async (access) => {
          const type = await access.client.workflow
            .getHandle(workflowId)
            .describe()
            .then(
              (description) => description.type,
              (error: unknown) => {
                if (!(error instanceof WorkflowNotFoundError)) throw error;
                throw new TidemarkError(
                  'USAGE',
                  `There is no run "${workflowId}"; "tidemark status" lists the newest.`,
                );
              },
            );
          const names = deployment.config.pipelines
            .map(({ name }) => name)
            .sort((a, b) => b.length - a.length);
          const pipeline = names.find((name) => workflowId.startsWith(`tidemark-${name}-`)) ?? workflowId;
          const call = { context, access, workflowId, options, pipeline };
          return type === WORKFLOWS.backfill ? followBackfill(call) : followRun(call);
        });
      }),
    );
};
