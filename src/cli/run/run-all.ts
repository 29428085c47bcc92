import type { LoadIntervalInput, LoadIntervalResult } from '../../contracts';
import { isTidemarkError } from '../../errors';
import type { LoadedDeployment } from '../../operate';
import { type RunRequest, zoneOf } from '../../plan';
import type { Entry } from '../../run';
import { awaitRun, startRun, type TemporalAccess } from '../../temporal';
import { messageOf, printError } from '../output/error';
import { type Failure, failuresOfRun, printFailures } from '../output/failure';
import { toJsonText } from '../output/format';
import { type PipelineEnd, printPipelineEnds } from '../output/pipeline-ends';
import { runProgressView } from '../output/run-progress';
import { styleFor } from '../output/style';
import { unlessLost, withTemporal } from '../session/client';
import { type CliContext, EXIT, type ExitCode, type GlobalOptions } from '../session/command';
import { withWorker } from '../worker/own-worker';
import { loadLocally } from './run-local';
import { watchToEnd } from './watch-to-end';

/** A run of one pipeline among others, or why there can be none. */
export type AskedOfOne =
  | { readonly entry: Entry; readonly request: RunRequest; readonly run: LoadIntervalInput }
  | { readonly entry: Entry; readonly error: unknown };

interface AllCall {
  readonly context: CliContext;
  readonly deployment: LoadedDeployment;
  readonly asked: readonly AskedOfOne[];
  readonly options: GlobalOptions;
  /** In this process, without Temporal. */
  readonly local: boolean;
}

/** What became of one run: its result where it got so far. Undefined where nobody waits for it any more. */
type Ended =
  | {
      readonly result: LoadIntervalResult | undefined;
      readonly error?: { readonly code: string; readonly message: string } | undefined;
      readonly causes?: readonly unknown[];
    }
  | undefined;

type RunOne = (asked: Extract<AskedOfOne, { readonly request: RunRequest }>) => Promise<Ended>;

/**
 * Runs every pipeline of the config once, one after the other. One that fails stops none; Ctrl-C leaves out those that are
 * not begun. A table at the end says what became of each.
 * @throws TEMPORAL_UNAVAILABLE and what else the way to Temporal is refused for
 */
export async function runAll(call: AllCall): Promise<ExitCode> {
  const { context, deployment, options, local } = call;
  const ends = local
    ? await eachOf(call, async ({ entry, run }) => loadLocally({ context, entry, run }))
    : await withTemporal(context, deployment, (access) =>
        withWorker({ context, deployment, access }, () =>
          unlessLost(
            access,
            eachOf(call, (asked) => runOnTemporal(call, access, asked)),
          ),
        ),
      );
  if (options.json) context.terminal.out(toJsonText({ pipelines: ends }));
  else printPipelineEnds(context.terminal, ends, (pipeline) => zoneNamed(deployment, pipeline));
  return ends.every(({ status }) => status === 'loaded') ? EXIT.done : EXIT.failed;
}

async function eachOf({ context, asked, options, local }: AllCall, runOne: RunOne): Promise<PipelineEnd[]> {
  const { terminal, interrupted } = context;
  const ends: PipelineEnd[] = [];
  for (const one of asked) {
    const { name } = one.entry;
    const none = { pipeline: name, interval: null, rows: 0, seconds: 0 };
    if (interrupted.aborted) {
      ends.push({ ...none, status: 'not run' });
      continue;
    }
    terminal.err(styleFor(terminal.colour).bold(name));
    const begun = performance.now();
    try {
      if ('error' in one) throw one.error;
      const ended = await runOne(one);
      const seconds = Math.round(performance.now() - begun) / 1000;
      if (ended === undefined) {
        ends.push({ ...none, seconds, status: 'not waited for' });
        continue;
      }
      const failures = failuresOf(ended);
      printFailures(terminal, failures, {
        ...ended.result?.options,
        pipeline: name,
        zone: zoneOf(one.entry).name,
        config: options.config,
        local,
        verbose: options.verbose,
      });
      ends.push({ ...endOf(name, ended, failures), seconds });
    } catch (error) {
      const code = isTidemarkError(error) ? error.code : 'INTERNAL';
      printError(terminal, error, { verbose: options.verbose, json: false });
      const seconds = Math.round(performance.now() - begun) / 1000;
      ends.push({ ...none, seconds, status: 'failed', error: { code, message: messageOf(error) } });
    }
  }
  return ends;
}

async function runOnTemporal(
  { context, deployment, options }: AllCall,
  access: TemporalAccess,
  { entry, request }: Parameters<RunOne>[0],
): Promise<Ended> {
  const { client } = access;
  const { workflowId, runId, attached } = await startRun({ client, config: deployment.config }, request);
  context.terminal.err(`${attached ? 'joined' : 'started'} ${workflowId}`);
  return watchToEnd(
    { context, access, workflowId, runId, options, zone: zoneOf(entry).name },
    { view: runProgressView, awaitEnd: awaitRun },
  );
}

/** The resources that failed; where none is known, the run as a whole. */
function failuresOf({ result, error, causes }: NonNullable<Ended>): readonly Failure[] {
  const failed = result === undefined ? [] : failuresOfRun(result, causes);
  if (failed.length > 0 || error === undefined) return failed;
  return [{ interval: result?.interval ?? null, repeatable: result !== undefined, ...error }];
}

function endOf(
  pipeline: string,
  { result }: NonNullable<Ended>,
  failures: readonly Failure[],
): Omit<PipelineEnd, 'seconds'> {
  const rows = result?.outcomes.reduce((sum, outcome) => sum + outcome.rows, 0) ?? 0;
  const of = { pipeline, interval: result?.interval ?? null, rows };
  const first = failures.find(({ skipped }) => skipped !== true) ?? failures[0];
  if (first === undefined) return { ...of, status: 'loaded' };
  return { ...of, status: 'failed', error: { code: first.code, message: first.message } };
}

function zoneNamed({ config }: LoadedDeployment, pipeline: string): string | undefined {
  const entry = config.pipelines.find(({ name }) => name === pipeline);
  return entry && zoneOf(entry).name;
}
