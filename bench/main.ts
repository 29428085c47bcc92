// `npm run bench`: tidemark beside dlt and DuckDB's own reader, on the same pages and in the same run. See docs/performance.md.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { printActions } from './actions';
import { backfillWorkload, emptyBackfillWorkload, ONCE } from './backfill-workloads';
import { capacityTable } from './capacity-model';
import { printCommits } from './commits';
import { compareResults } from './compare';
import { databaseServer } from './database-server';
import { dltPython, installedVersions } from './dlt-environment';
import { appendWorkload, type BenchPlace, mergeWorkload, servedFolders } from './load-workloads';
import { thisMachine } from './machine';
import { Pages } from './pages';
import { resultMarkdown, resultText, workloadTable } from './print';
import { resourcesWorkload } from './resources-workload';
import { readResult, type WorkloadResult, writeResult } from './results';
import { threadsTable } from './threads';
import { runWorkload } from './turns';
import { printPage } from './ui/page';
import type { Workload } from './workload';

interface BenchOptions {
  readonly quick?: boolean;
  readonly rounds: string;
  readonly only?: string;
  readonly contenders?: string;
  readonly destination: string;
  readonly dlt: boolean;
  readonly markdown?: boolean;
}

/** The checkout, also when this file runs from `dist`. */
function checkout(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
}

const ROOT = checkout();
const CACHE = path.join(ROOT, '.tidemark', 'bench');
const SCRIPTS = path.join(ROOT, 'bench');
const RESULTS = path.join(SCRIPTS, 'results');

const DEFAULT_ROWS = 10_000;
const SIZES = {
  full: {
    small: 100_000,
    large: 1_000_000,
    merge: 100_000,
    flat: 1_000_000,
    days: 365,
    few: 200,
    many: 5000,
  },
  quick: { small: 20_000, large: 100_000, merge: 20_000, flat: 100_000, days: 30, few: 20, many: 100 },
} as const;

/** Each is made only when it is wanted: making pages takes time. */
function workloadsOf(
  place: BenchPlace,
  { small, large, merge, flat, days, few, many }: (typeof SIZES)['full' | 'quick'],
): Record<string, () => Workload> {
  return {
    'append-default': () => appendWorkload(place, 'events', DEFAULT_ROWS, { defaults: true }),
    append: () => appendWorkload(place, 'events', small),
    'append-large': () => ({ ...appendWorkload(place, 'events', large), ...ONCE }),
    merge: () => mergeWorkload(place, merge),
    flat: () => appendWorkload(place, 'flat', flat),
    resources: () => resourcesWorkload(place, small),
    backfill: () => backfillWorkload(place, days),
    'backfill-empty': () => emptyBackfillWorkload(place, few),
    'backfill-empty-many': () => emptyBackfillWorkload(place, many, { ...ONCE, local: false }),
  };
}

/** The workloads that are for any destination. */
const ANYWHERE = ['append-default', 'append', 'append-large', 'merge', 'flat'];

/** Starts the page server and waits until it listens. */
async function startServer(
  folders: Readonly<Record<string, string>>,
): Promise<{ url: string; server: ChildProcess }> {
  const program = path.join(__dirname, 'page-server.js');
  const server = spawn(process.execPath, [program, JSON.stringify(folders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<string>((resolve, reject) => {
    server.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
    server.once('exit', (code) => reject(new Error(`The page server ended with ${code}.`)));
  });
  return { url: `http://127.0.0.1:${port}`, server };
}

/** What `bench model` asks for: its flags, what they are, and what is taken if they aren't given. */
const MODEL: readonly (readonly [flag: string, text: string, given: number, least: 0 | 1])[] = [
  ['loads', 'loads of one period: pipelines × resources, or intervals of a backfill', 10_000, 1],
  ['spread', 'seconds over which they begin (jitter, or minutes of the cron); 0 is all at once', 0, 0],
  ['actions', 'actions of Temporal that a load costs: `bench -- actions`', 12, 0],
  ['actions-per-second', 'actions that the namespace bears', 500, 1],
  ['workers', 'worker processes', 4, 1],
  ['activities', 'maxConcurrentActivities', 4, 1],
  ['cores', 'cores that a worker has', 1, 1],
  ['source', 'seconds of a load that wait for its source', 2, 0],
  ['cpu', 'CPU seconds of a load', 0.015, 0],
  ['datasets', 'datasets that the loads go into', 10_000, 1],
  ['lock', "seconds that a commit holds its dataset's lock", 0.02, 0],
];

function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && Number.isFinite(value)) return value;
    throw new InvalidArgumentError(`It must be a number of ${least} or more.`);
  };
}

async function bench(options: BenchOptions): Promise<void> {
  const log = (line: string): void => console.error(line);
  const sizes = SIZES[options.quick ? 'quick' : 'full'];
  const data = path.join(CACHE, 'data');
  const python = options.dlt ? dltPython(CACHE, path.join(SCRIPTS, 'requirements.txt')) : undefined;
  const { destination } = options;
  if (!['duckdb', 'postgres'].includes(destination))
    throw new Error(`There is no destination "${destination}"; there are duckdb and postgres.`);
  const database = destination === 'postgres' ? await databaseServer() : undefined;
  const { url, server } = await startServer(servedFolders(data, [sizes.merge]));
  try {
    const place = { data, programs: __dirname, scripts: SCRIPTS, python, url, server: database };
    const made = Object.entries(workloadsOf(place, sizes));
    const all = Object.fromEntries(
      made.filter(([name]) => database === undefined || ANYWHERE.includes(name)),
    );
    const names = options.only?.split(',') ?? Object.keys(all);
    const wanted = options.contenders?.split(',');
    const results: WorkloadResult[] = [];
    for (const name of names) {
      const make = all[name];
      if (make === undefined)
        throw new Error(`There is no workload "${name}"; there are ${Object.keys(all).join(', ')}.`);
      const workload = make();
      const contenders = workload.contenders.filter((one) => wanted?.includes(one.name) ?? true);
      const rounds = Number(options.rounds);
      const result = await runWorkload(
        { ...workload, contenders },
        { rounds, folder: path.join(CACHE, 'runs'), log },
      );
      log(workloadTable(result));
      results.push(result);
    }
    const result = {
      version: 1 as const,
      command: `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`,
      machine: thisMachine(),
      versions: {
        tidemark: tidemarkVersion(),
        ...(python && installedVersions(python)),
        ...(database && { postgres: database.version }),
      },
      workloads: results,
    };
    const file = writeResult(RESULTS, result);
    console.log(options.markdown ? resultMarkdown(result) : resultText(result));
    log(`\nWritten to ${path.relative(process.cwd(), file)}`);
  } finally {
    server.removeAllListeners('exit');
    server.kill();
    await database?.close();
  }
}

function tidemarkVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

function compare(before: string, after: string): void {
  const comparison = compareResults(readResult(before), readResult(after));
  if (comparison.comparable) {
    console.log(comparison.text);
    return;
  }
  console.error(
    `These results are of different machines, so their ratio says nothing: ${comparison.differences.join('; ')}.`,
  );
  process.exitCode = 2;
}

const program = new Command('bench')
  .description('measures tidemark beside its peers, in turns')
  .option('--quick', 'small sizes')
  .option('--rounds <n>', 'runs of each contender, but for workloads of minutes, which run once', '3')
  .option('--only <names>', 'workloads, separated by commas')
  .option('--contenders <names>', 'contenders, separated by commas')
  .option('--destination <name>', 'duckdb, or postgres: a server that is started for it', 'duckdb')
  .option('--markdown', 'prints the table for the README')
  .option('--no-dlt', 'leave out dlt: needs no Python')
  .action((options: BenchOptions) => bench(options));
program
  .command('table <result>')
  .description('prints the table of a result file for the README')
  .action((file: string) => console.log(resultMarkdown(readResult(file))));
program
  .command('threads')
  .description('what it would cost to parse pages in a worker thread')
  .action(async () => {
    for (const shape of ['events', 'flat'] as const) {
      const pages = new Pages(path.join(CACHE, 'data'), shape).range(0, 100);
      console.log(await threadsTable(pages));
    }
  });
program
  .command('actions')
  .description('what a run and an interval of a backfill cost Temporal: actions, events and bytes of history')
  .action(printActions);
program
  .command('page')
  .description(
    'what the page costs with 10,000 intervals: until its grid is there, scrolling, bytes, pages left open',
  )
  .action(printPage);
const model = program
  .command('model')
  .description(
    'steps a deployment through all its loads: how long they take, and which limit is reached first',
  );
for (const [flag, text, given, least] of MODEL) model.option(`--${flag} <n>`, text, atLeast(least), given);
model.action((options: Readonly<Record<string, number>>) => {
  const of = (flag: string): number =>
    options[flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())]!;
  console.log(
    capacityTable({
      loads: of('loads'),
      spreadSeconds: of('spread'),
      actions: of('actions'),
      actionsPerSecond: of('actions-per-second'),
      workers: of('workers'),
      activities: of('activities'),
      cores: of('cores'),
      sourceSeconds: of('source'),
      cpuSeconds: of('cpu'),
      datasets: of('datasets'),
      lockSeconds: of('lock'),
    }),
  );
});
program
  .command('commits')
  .description('what small loads into one dataset of a Postgres cost, and how many of them it bears')
  .action(printCommits);
program
  .command('compare <before> <after>')
  .description('two result files beside each other; refuses those of different machines')
  .action(compare);
program.parseAsync().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
