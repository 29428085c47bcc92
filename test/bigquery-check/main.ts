/** `npm run bigquery-check -- --project P`: asks a BigQuery what the tests ask the emulator of it, in datasets of its own. */
import { setTimeout as wait } from 'node:timers/promises';
import { bigqueryError } from '../../src/destination/bigquery/errors';
import { isTidemarkError } from '../../src/errors';
import type { CheckGroup } from './check';
import { jobs } from './checks/jobs';
import { processes } from './checks/processes';
import { cases, suite } from './checks/suite';
import { types } from './checks/types';
import { type Interruption, onInterrupt } from './interruption';
import { killAll } from './load-process';
import { type CheckOptions, parseOptions, USAGE } from './options';
import { type Outcome, runChecks } from './run-checks';
import { CHECK_PREFIX, deleteDatasets, openTarget, type Target, tryRights } from './target';
import { say, tellOutcome, tellPlan, tellUsed } from './tell';
import { countJobs } from './used';

const GROUPS: readonly CheckGroup[] = [types, jobs, processes, suite, cases];

/** So long it can be thought better of. */
const BEFORE_IT_BEGINS_MS = 5000;

const EXIT = { passed: 0, failed: 1, usage: 2, interrupted: 130 };

function chosen(only: readonly string[]): readonly CheckGroup[] {
  const names = GROUPS.map(({ group }) => group);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no group "${unknown}"; choose of ${names.join(', ')}.`);
  return only.length === 0 ? GROUPS : GROUPS.filter(({ group }) => only.includes(group));
}

/** @throws TidemarkError where there is no project, no login or no right, before anything was made */
async function check(options: CheckOptions): Promise<Result> {
  const groups = chosen(options.only);
  const target = await openTarget(options);
  const { place } = target.client;
  if (options.clean) return { code: EXIT.passed, line: `Deleted ${await cleaned(target)} datasets` };
  tellPlan(target, groups, options);
  await tryRights(target).catch((error: unknown) => {
    throw bigqueryError(error, place, 'to make a dataset and to delete it');
  });
  const interruption = onInterrupt(() =>
    say('Stopping: no further check begins, those that run are waited for. Ctrl-C again to leave them.'),
  );
  try {
    return await checkAll(target, groups, { options, interruption });
  } finally {
    killAll();
    if (!options.keep) {
      const deleted = await deleteDatasets(target);
      if (deleted > 0) say(`Deleted ${deleted} datasets`);
    }
    interruption.end();
  }
}

/** How a run ended, and its last line. */
interface Result {
  readonly code: number;
  readonly line: string;
}

/** Deletes what earlier runs have left. @returns how many datasets */
const cleaned = (target: Target): Promise<number> =>
  deleteDatasets(target, CHECK_PREFIX).catch((error: unknown) => {
    throw bigqueryError(error, target.client.place, 'to delete datasets');
  });

interface Run {
  readonly options: CheckOptions;
  readonly interruption: Interruption;
}

async function checkAll(
  target: Target,
  groups: readonly CheckGroup[],
  { options, interruption: { stopped, left } }: Run,
): Promise<Result> {
  const outcomes: Outcome[] = [];
  if (options.endpoint === undefined)
    await wait(BEFORE_IT_BEGINS_MS, undefined, { signal: stopped }).catch(() => undefined);
  const begun = Date.now();
  const onOutcome = (outcome: Outcome): void => {
    outcomes.push(outcome);
    tellOutcome(outcome);
  };
  const { parallel } = options;
  await Promise.race([runChecks(target, groups, { parallel, signal: stopped, onOutcome }), left]);
  const used = await countJobs(target, begun).catch(() => undefined);
  if (used !== undefined) tellUsed(used);
  const failed = outcomes.filter(({ passed }) => !passed).length;
  const passed = failed === 0 && outcomes.length > 0;
  return {
    code: stopped.aborted ? EXIT.interrupted : passed ? EXIT.passed : EXIT.failed,
    line: `${outcomes.length - failed} passed, ${failed} failed`,
  };
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  const { code, line } = options === 'help' ? { code: EXIT.passed, line: USAGE } : await check(options);
  say(line);
  return code;
}

main().then(
  // what was left behind may still wait for an answer
  (code) => process.exit(code),
  (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${isTidemarkError(error) ? `${error.code}: ` : ''}${text}\n`);
    process.exit(EXIT.usage);
  },
);
