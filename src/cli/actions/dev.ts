import path from 'node:path';
import type { TidemarkWorker } from '../../../workers';
import { TidemarkError } from '../../errors';
import type { LoadedDeployment } from '../../operate';
import { zoneOf } from '../../plan';
import { anySignal } from '../../value';
import { printEndedRuns } from '../dev/ended-runs';
import { checkSettings, whatToFillIn } from '../dev/missing-settings';
import { DevPage, type DevPageOptions } from '../dev/page';
import { changesOf } from '../dev/watch-files';
import { printDeployReport } from '../output/deploy-report';
import { printError } from '../output/error';
import { styleFor } from '../output/style';
import { timesIn } from '../output/times';
import { clientOf, describeAccess, loadDeployment } from '../session/client';
import type { Action, CliContext, GlobalOptions } from '../session/command';
import { aborted, pause } from '../session/interruption';
import { startWorker } from '../worker/own-worker';
import { checkFree } from '../worker/ports';

/** A worker whose server is gone may wait for it for ever. */
const WORKER_ENDS_WITHIN_MS = 5_000;
const HEARD_WITHIN_MS = 1_000;
/** A server that lives no longer than this was not a start that counts as good. */
const SHORT_LIFE_MS = 60_000;
const SHORT_LIVES = 3;

interface Serving {
  readonly context: CliContext;
  readonly options: GlobalOptions;
  readonly deployment: LoadedDeployment;
  readonly eachChange: ReturnType<typeof changesOf>;
  readonly page: DevPage;
}

/**
 * Serves a deployment, and what its config changes to, until Ctrl-C or until the project's own server is lost.
 * @returns the deployment that was served last
 */
async function serve({ context, options, deployment, eachChange, page }: Serving): Promise<LoadedDeployment> {
  const { terminal, interrupted } = context;
  await using client = clientOf(context, deployment);
  const access = await client.temporal();
  const lost = new AbortController();
  void access.embedded?.ended.then(() => lost.abort());
  const failed = new AbortController();
  const hurry = anySignal([lost.signal, failed.signal]);
  const ending = anySignal([interrupted, hurry.signal]);
  terminal.err(describeAccess(access));
  let served = deployment;
  let worker: TidemarkWorker | undefined;
  let printing: Promise<void> | undefined;
  const bringUp = async (next: LoadedDeployment): Promise<void> => {
    served = next;
    const own = clientOf(context, next, access);
    for (const line of own.missingSecrets())
      terminal.err(
        `${styleFor(terminal.colour).yellow('warning')} ${options.verbose ? line : whatToFillIn(line, path.dirname(next.file))}`,
      );
    worker = await startWorker({ context, deployment: next, access }, { failures: true });
    printDeployReport(terminal, await own.deploy(), {
      dryRun: false,
      zoneOf: (name) => zoneOf(own.entry(name)).name,
    });
    await page.show(next, access);
  };
  try {
    await bringUp(deployment);
    for (const line of zoneLines(deployment)) terminal.err(line);
    terminal.err(`Watching ${deployment.file}; Ctrl-C stops.`);
    printing = printEndedRuns({
      terminal,
      client: access.client,
      zoneOf(pipeline) {
        const entry = served.config.pipelines.find(({ name }) => name === pipeline);
        return entry && zoneOf(entry).name;
      },
      signal: ending.signal,
    });
    // ends with the signal, or throws where a worker can't be started any more
    await eachChange(ending.signal, async () => {
      const next = await reload(context, options);
      if (next === undefined) return;
      await stopWorker(worker, hurry.signal);
      await bringUp(next);
    });
  } catch (error) {
    failed.abort();
    // what was asked of a server that is gone fails, maybe before its end is heard of; the next one is asked again
    await Promise.race([access.embedded?.ended, pause(HEARD_WITHIN_MS, interrupted)]);
    if (!lost.signal.aborted) throw error;
  } finally {
    await Promise.all([stopWorker(worker, hurry.signal), printing]);
    ending.dispose();
    hurry.dispose();
  }
  return served;
}

/** In which zones the times of the runs are shown; nothing of UTC. */
function zoneLines({ config }: LoadedDeployment): readonly string[] {
  const zones = new Map<string, string[]>();
  for (const entry of config.pipelines) {
    const { zone } = timesIn(zoneOf(entry).name);
    if (zone !== '') zones.set(zone, [...(zones.get(zone) ?? []), entry.name]);
  }
  return [...zones].map(([zone, names]) => `Times of ${names.join(', ')} are in ${zone}.`);
}

/** @param hurry from then on it is given a while only, and then left to itself: it may wait for a server that is gone */
async function stopWorker(worker: TidemarkWorker | undefined, hurry: AbortSignal): Promise<void> {
  const over = new AbortController();
  const waking = anySignal([hurry, over.signal]);
  const stopped = worker?.stop().catch((error: unknown) => {
    if (!hurry.aborted) throw error;
  });
  const tooLong = aborted(waking.signal).then(() => pause(WORKER_ENDS_WITHIN_MS, over.signal));
  try {
    await Promise.race([stopped, tooLong]);
  } finally {
    over.abort();
    waking.dispose();
  }
}

/** The changed config; undefined if it is wrong: what runs goes on with the one before. */
async function reload(context: CliContext, options: GlobalOptions): Promise<LoadedDeployment | undefined> {
  try {
    const deployment = await loadDeployment(context, options);
    context.terminal.err(`${deployment.file} changed.`);
    return deployment;
  } catch (error) {
    printError(context.terminal, error, { verbose: options.verbose, json: false });
    context.terminal.err('The deployment before stays.');
    return undefined;
  }
}

export const dev: Action<DevPageOptions> = async ({ context, options }) => {
  const { terminal, interrupted } = context;
  const { uiPort } = options;
  await checkFree({ '--ui-port': uiPort === undefined ? undefined : { port: uiPort } });
  await using page = new DevPage(context, options);
  let deployment = await loadDeployment(context, options);
  checkSettings(deployment);
  const eachChange = changesOf(deployment.file);
  let short = 0;
  for (;;) {
    const begun = Date.now();
    deployment = await serve({ context, options, deployment, eachChange, page });
    if (interrupted.aborted) return;
    short = Date.now() - begun < SHORT_LIFE_MS ? short + 1 : 0;
    if (short === SHORT_LIVES)
      throw new TidemarkError(
        'TEMPORAL_UNAVAILABLE',
        `This project's own Temporal server ended ${SHORT_LIVES} times, each within a minute of its start; ".tidemark/temporal.log" may say why.`,
      );
    terminal.err(
      'The Temporal server has ended, or what keeps it was killed; it is started again with its data.',
    );
  }
};
