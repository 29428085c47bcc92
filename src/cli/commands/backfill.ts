import { Option } from 'commander';
import type { BackfillPage, BackfillRange } from '../../contracts';
import { TidemarkError } from '../../errors';
import { type Interval, parseChunkSize } from '../../interval';
import { type BackfillRequest, backfillRange, listComponents, planBackfillPage } from '../../plan';
import type { Entry } from '../../run';
import { schemaNameOf } from '../../schema';
import { startBackfill } from '../../temporal';
import { followBackfill } from '../backfill-remote';
import type { Register } from '../command';
import type { CliContext } from '../context';
import { withDataset } from '../dataset';
import { readTyped } from '../dates';
import { checkResources, entryNamed, loadDeployment } from '../deployment';
import { EXIT } from '../exit-code';
import { collect, wholeNumber } from '../options';
import { printDetached } from '../output/detached';
import { formatInterval, plural, toJsonText } from '../output/format';
import type { Terminal } from '../output/terminal';
import { withWorker } from '../own-worker';
import { withTemporal } from '../session';

interface BackfillOptions {
  readonly from?: string;
  readonly to?: string;
  readonly chunk?: string;
  readonly parallel?: number;
  readonly resource?: readonly string[];
  readonly missing?: boolean;
  readonly failed?: boolean;
  readonly all?: boolean;
  readonly order?: 'oldest' | 'newest';
  readonly group?: number;
  readonly dryRun?: boolean;
  readonly detach?: boolean;
}

/** `tidemark backfill PIPELINE`: runs the intervals of a range that aren't loaded; prints the plan first. */
export const registerBackfill: Register = (program, run) => {
  program
    .command('backfill')
    .description('load the intervals of a range, by default those that are missing')
    .argument('<pipeline>', 'its name')
    .option('--from <date>', "the beginning (default: the schedule's startDate)")
    .option('--to <date>', 'the end, exclusive (default: the last complete tick)')
    .option(
      '--chunk <size>',
      'how it is cut: "cron", a duration (1d, P1M), a calendar unit (month), or a number of parts',
    )
    .option('--group <n>', 'neighbouring intervals that one run loads, each by itself', wholeNumber(1))
    .addOption(
      new Option('--order <order>', 'which come first (default: oldest)').choices(['oldest', 'newest']),
    )
    .option('--parallel <n>', 'chunks at a time (default: 1)', wholeNumber(1))
    .option('-r, --resource <name>', 'only this resource; may be given several times', collect)
    .option('--missing', 'what the ledger shows to be missing (the default)')
    .option('--failed', 'only what failed')
    .option('--all', 'everything, loaded or not')
    .option('--dry-run', 'only print the plan')
    .option('--detach', "start it and don't wait")
    .action(
      run<BackfillOptions>(async ({ context, args, options }) => {
        const deployment = await loadDeployment(context, options);
        const entry = entryNamed(deployment, args[0]!);
        const request = requestOf(entry, options);
        const range = readTyped(() => backfillRange(entry, request, new Date()));
        const { terminal } = context;
        if (options.dryRun) {
          const page = await planOf({ context, entry, request, range }, { explain: true, limit: PLAN_LIMIT });
          if (options.json) terminal.out(toJsonText({ pipeline: entry.name, range, ...page }));
          else printPlan(terminal, entry, page);
          return EXIT.done;
        }
        if (!options.json) await printOutline({ context, entry, request, range });
        return withTemporal(context, deployment, async (access) => {
          const { workflowId, runId, attached } = await startBackfill(
            { client: access.client, config: deployment.config },
            request,
          );
          terminal.err(`${attached ? 'joined' : 'started'} ${workflowId} over ${formatInterval(range)}`);
          if (options.detach) {
            if (options.json) terminal.out(toJsonText({ workflowId, runId, attached }));
            else printDetached(terminal, workflowId, options);
            return EXIT.done;
          }
          return withWorker({ context, deployment, access }, () =>
            followBackfill({ context, access, workflowId, options, pipeline: entry.name }),
          );
        });
      }),
    );
};

/** More than this nobody reads; the total is told all the same. */
const PLAN_LIMIT = 1000;

interface PlanOf {
  readonly context: CliContext;
  readonly entry: Entry;
  readonly request: BackfillRequest;
  readonly range: Interval;
}

/** What the backfill would load, by the ledger as it is now: so many intervals of it, and if asked why. */
function planOf(
  { context, entry, request, range }: PlanOf,
  { explain, limit }: { readonly explain: boolean; readonly limit: number },
): Promise<BackfillPage> {
  const wanted = rangeOf({ ...request, from: range.start, to: range.end });
  return withDataset(context, entry, (dataset) =>
    planBackfillPage({
      ...{ entry, components: listComponents(entry, request.resources), indexed: false, explain },
      input: { version: 1, pipeline: entry.name, kind: 'backfill', range: wanted, limit },
      gaps: async ({ source, name }, { start, end }) =>
        (await dataset.coverage({ source: schemaNameOf(source), resource: name, start, end })).gaps,
    }),
  );
}

/** The plan in one line, before anything starts: how many intervals, which, and how they are run. */
async function printOutline(plan: PlanOf): Promise<void> {
  const { context, entry, request } = plan;
  const { chunks, total = chunks.length, leftOut = [] } = await planOf(plan, { explain: false, limit: 1 });
  const { parallel = 1, order = 'oldest', select = 'missing' } = request;
  const [first] = chunks;
  const begins = first === undefined ? '' : `, first ${formatInterval(first.interval)}`;
  const how = total === 0 ? '' : `, ${order} first, ${parallel} at a time`;
  const left = leftOut.length === 0 ? '' : `; left to live runs: ${leftOut.join(', ')}`;
  context.terminal.err(
    `plan: ${plural(total, 'interval')} (${select}) of ${entry.name}${begins}${how}${left}`,
  );
}

/** @throws RESOURCE_UNKNOWN, USAGE */
function requestOf(entry: Entry, options: BackfillOptions): BackfillRequest {
  const { from, to, chunk, parallel, order, group, resource: resources } = options;
  checkResources(entry, resources);
  const selections = (['missing', 'failed', 'all'] as const).filter((name) => options[name] === true);
  if (selections.length > 1)
    throw new TidemarkError('USAGE', `--${selections.join(' and --')} exclude each other; give one of them.`);
  return {
    pipeline: entry.name,
    select: selections[0] ?? 'missing',
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(chunk !== undefined && { chunk: typedChunk(chunk) }),
    ...(parallel !== undefined && { parallel }),
    ...(order !== undefined && { order }),
    ...(group !== undefined && { group }),
    ...(resources !== undefined && { resources }),
  };
}

function typedChunk(text: string): string {
  try {
    parseChunkSize(text);
    return text;
  } catch (cause) {
    throw new TidemarkError(
      'USAGE',
      `--chunk "${text}" is not a size; write "cron", a duration such as 1d or P1M, a unit of the calendar such as month, or the number of parts.`,
      { cause },
    );
  }
}

function rangeOf(request: BackfillRequest & { from: string; to: string }): BackfillRange {
  const { from, to, chunk, select, order, group } = request;
  return {
    ...{ from, to },
    ...(chunk !== undefined && { chunk }),
    ...(select !== undefined && { select }),
    ...(order !== undefined && { order }),
    ...(group !== undefined && { group }),
  };
}

function printPlan(
  terminal: Terminal,
  entry: Entry,
  { chunks, total = chunks.length, leftOut = [] }: BackfillPage,
): void {
  for (const { interval, intervals, why } of chunks) {
    const size = intervals === undefined ? '' : `  ${plural(intervals.length, 'interval')} in one run`;
    terminal.out(`${formatInterval(interval)}${size}${why === undefined ? '' : `  ${why}`}`);
  }
  const shown = chunks.reduce((sum, { intervals }) => sum + (intervals?.length ?? 1), 0);
  if (total > shown) terminal.out(`… and ${plural(total - shown, 'more')}`);
  terminal.out(`${plural(total, 'interval')} of ${entry.name} would be loaded.`);
  if (leftOut.length > 0) terminal.out(`Left to live runs: ${leftOut.join(', ')}.`);
}
