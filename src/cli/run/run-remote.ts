import type { LoadedDeployment } from '../../operate';
import { entryOf, type RunRequest, zoneOf } from '../../plan';
import type { Entry } from '../../run';
import { awaitRun, type RunEnd, startOf, startRun, type TemporalAccess } from '../../temporal';
import { printDetached } from '../output/detached';
import { type Failure, failuresOfRun, printFailures } from '../output/failure';
import { toJsonText } from '../output/format';
import { runProgressView } from '../output/run-progress';
import { renderRunResult } from '../output/run-result';
import { styleFor } from '../output/style';
import { withTemporal } from '../session/client';
import { type CliContext, EXIT, type ExitCode, type GlobalOptions } from '../session/command';
import { withWorker } from '../worker/own-worker';
import { type AskedOfRun, askedOfRun } from './asked-of-run';
import { type Watched, watchToEnd } from './watch-to-end';

/** A run through Temporal: starts it, or joins it if the same is under way, shows progress and waits. Ctrl-C detaches. */
export function runRemotely(call: {
  readonly context: CliContext;
  readonly deployment: LoadedDeployment;
  readonly request: RunRequest;
  readonly options: GlobalOptions;
  readonly detach: boolean;
}): Promise<ExitCode> {
  const { context, deployment, request, options, detach } = call;
  return withTemporal(context, deployment, async (access) => {
    const { workflowId, runId, attached } = await startRun(
      { client: access.client, config: deployment.config },
      request,
    );
    const { terminal } = context;
    terminal.err(
      `${attached ? 'joined' : 'started'} ${workflowId}${uiLink(terminal.colour, access, workflowId, runId)}`,
    );
    if (detach) {
      if (options.json) terminal.out(toJsonText({ workflowId, runId, attached }));
      else printDetached(terminal, workflowId, options);
      return EXIT.done;
    }
    const entry = entryOf(deployment.config, request.pipeline);
    return withWorker({ context, deployment, access }, () =>
      followRun({ context, access, workflowId, runId, options, pipeline: entry.name, entry }),
    );
  });
}

/** Shows the progress of a run until it ends, and then how it ended. Ctrl-C ends the watching, not the run. */
export async function followRun(
  call: Watched & {
    readonly pipeline: string;
    /** Of the pipeline; undefined where the config has none any more. */
    readonly entry: Entry | undefined;
  },
): Promise<ExitCode> {
  const { context, access, workflowId, runId, options, pipeline, entry } = call;
  const zone = entry && zoneOf(entry).name;
  const { terminal } = context;
  const end = await watchToEnd({ ...call, zone }, { view: runProgressView, awaitEnd: awaitRun });
  if (end === undefined) return EXIT.done;
  if (options.json) terminal.out(toJsonText(end));
  else if (end.result !== undefined) terminal.out(renderRunResult(terminal, end.result, zone));
  if (end.status === 'completed') return EXIT.done;
  const asked =
    end.result?.options === undefined
      ? askedOfRun(await startOf(access.client, workflowId, runId), entry)
      : { interval: end.result.interval, options: end.result.options };
  printFailures(terminal, failuresOf(end, asked), {
    ...asked.options,
    pipeline,
    zone,
    config: options.config,
  });
  return EXIT.failed;
}

/** Each resource that failed; where none is known, the run as a whole, or what it was asked for. */
function failuresOf(end: RunEnd, { interval, resources = [] }: AskedOfRun): readonly Failure[] {
  const failed = end.result === undefined ? [] : failuresOfRun(end.result);
  if (failed.some(({ skipped }) => skipped !== true)) return failed;
  const whole: Failure = {
    interval: interval ?? null,
    repeatable: interval !== undefined,
    code: end.error?.code ?? 'RUN_FAILED',
    message: end.error?.message ?? `The run is ${end.status}.`,
  };
  return resources.length === 0 ? [whole] : resources.map((resource) => ({ ...whole, resource }));
}

/** The run's page in Temporal's UI, where there is one. */
function uiLink(
  colour: boolean,
  { uiUrl, namespace }: TemporalAccess,
  workflowId: string,
  runId: string,
): string {
  if (uiUrl === undefined) return '';
  const page = `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}`;
  return `  ${styleFor(colour).dim(page)}`;
}
