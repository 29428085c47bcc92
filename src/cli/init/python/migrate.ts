import path from 'node:path';
import { TidemarkError } from '../../../errors';
import { makeTimetable, zoneNamed } from '../../../interval';
import type { ProjectParts } from '../templates';
import type { Dag } from './airflow-facts';
import { cutDifferences, refusalOf } from './cut-differences';
import { entriesOf, entryOfTasks, type MigratedEntry, type ReadFile } from './entries';
import { configText, destinationOf, type Planned } from './migrated-config';
import { Notes } from './notes';
import { readPython } from './read-python';
import { scan } from './scope';
import type { PyTime } from './values';

interface MigrationOptions {
  /** Absolute paths: of a file with pipelines, sources and resources, and of one with DAGs. One of them at least. */
  readonly dlt: string | undefined;
  readonly airflow: string | undefined;
  readonly signal: AbortSignal;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * A project out of Python files: pipelines, sources, hints and cursors of dlt, schedules of Airflow. The files are parsed and
 * never run. What isn't taken over is listed with its line.
 *
 * @throws USAGE for a file that isn't there or isn't Python, one without anything of dlt's or Airflow's, and without Python 3
 */
export async function migrationParts({ dlt, airflow, signal, now }: MigrationOptions): Promise<ProjectParts> {
  const read = async (file: string): Promise<ReadFile> => ({
    path: file,
    file: scan(await readPython(file, signal)),
    notes: new Notes(),
  });
  const files = new Map<string, ReadFile>();
  for (const file of [dlt, airflow])
    if (file !== undefined && !files.has(file)) files.set(file, await read(file));
  const found = [...files.values()].map((file) => ({ file, ...entriesOf(file) }));
  const dags = found.flatMap((one) => one.dags);
  const entries = found.flatMap((one) => one.entries);
  if (airflow !== undefined && dags.length === 0) throw nothing(airflow, 'no DAG: neither DAG(…) nor @dag');
  if (dlt !== undefined && entries.length === 0)
    throw nothing(
      dlt,
      "nothing of dlt's: neither dlt.pipeline(…) nor @dlt.resource nor a source that comes with dlt",
    );
  const planned = withDags(entries, dags, found).map((entry) => plan(entry, noteOf(entry, found), now));
  const notes = [...files.values()].flatMap(({ path: file, file: scanned, notes: own }) =>
    own.lines(scanned).map((line) => `${path.basename(file)}, ${line}`),
  );
  const sources = planned.flatMap(({ entry }) => entry.sources);
  const env = [
    ...new Set([
      ...sources.flatMap((source) => source.env),
      ...planned.flatMap(({ entry }) => destinationOf(entry).env),
    ]),
  ];
  const names = [...files.keys()].map((file) => path.basename(file));
  const differences = grouped(planned);
  return {
    files: {
      'temporal.config.ts': configText(planned, { names, notes, differences }),
      ...(env.length === 0 ? {} : { '.env.example': env.map((name) => `${name}=\n`).join('') }),
    },
    packages: [
      ...new Set([
        ...sources.flatMap((source) => source.packages),
        ...planned.flatMap(({ entry }) => destinationOf(entry).packages),
      ]),
    ],
    about: `what ${names.join(' and ')} loaded`,
    before: ['read the comments in temporal.config.ts: what was not taken over'],
    pipeline: planned[0]?.entry.name,
    report: [...section('Not taken over', notes), ...section('Cut otherwise than by Airflow', differences)],
  };
}

/** What differs, each once, with the pipelines that it is true of. */
function grouped(planned: readonly Planned[]): readonly string[] {
  const found = new Map<string, string[]>();
  for (const { entry, differences } of planned)
    for (const line of differences) found.set(line, [...(found.get(line) ?? []), entry.name]);
  return [...found].map(([line, names]) => `${names.join(', ')}: ${line}`);
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];

const nothing = (file: string, what: string): TidemarkError =>
  new TidemarkError('USAGE', `"${file}" has ${what}. Name the file that has.`);

type Found = readonly (ReturnType<typeof entriesOf> & { readonly file: ReadFile })[];

/** Where notes about an entry go: to the file of its DAG, else to the first. */
const noteOf = ({ dag }: MigratedEntry, found: Found): Notes =>
  (found.find((one) => dag !== undefined && one.dags.includes(dag)) ?? found[0]!).file.notes;

/** DAGs without a pipeline run those that have no DAG; what is left of them becomes entries of their tasks. */
function withDags(
  entries: readonly MigratedEntry[],
  dags: readonly Dag[],
  found: Found,
): readonly MigratedEntry[] {
  const free = dags.filter((dag) => !entries.some((entry) => entry.dag === dag));
  const [only] = free;
  const adopted = entries.map((entry) =>
    entry.dag === undefined && free.length === 1 && only !== undefined ? { ...entry, dag: only } : entry,
  );
  const fileOf = (dag: Dag): ReadFile => found.find((one) => one.dags.includes(dag))!.file;
  const left = free.filter((dag) => !adopted.some((entry) => entry.dag === dag));
  const all = [...adopted, ...left.map((dag) => entryOfTasks(dag, fileOf(dag)))];
  const names = all.map(({ name }) => name);
  return all.map((entry, index) => {
    if (names.indexOf(entry.name) === index) return entry;
    const name = `${entry.name}_${entry.dag?.id ?? index + 1}`;
    noteOf(entry, found).add(
      entry.dag?.node.line ?? 1,
      `a second pipeline "${entry.name}" is called "${name}": names are unique here`,
    );
    return { ...entry, name, dataset: entry.dataset ?? `${entry.name}_dataset` };
  });
}

function plan(entry: MigratedEntry, notes: Notes, now: number): Planned {
  const { dag, sources } = entry;
  const joined = sources.some(({ cursor }) => cursor === 'joined');
  const hasCursor = sources.some(({ cursor }) => cursor !== 'none');
  if (dag === undefined)
    return {
      entry,
      schedule: { cron: '@daily', timezone: 'UTC' },
      catchup: false,
      mode: hasCursor ? 'incremental' : 'interval',
      scheduled: true,
      differences: [],
    };
  const mode = hasCursor && !joined ? 'incremental' : 'interval';
  const wanted = scheduleOf(dag, notes);
  const refusal = refusalOf(wanted.schedule);
  if (refusal !== undefined) notes.add(dag.node.line, `the schedule isn't taken over: ${refusal}`);
  const scheduled = wanted.scheduled && refusal === undefined;
  const catchup = dag.catchup === true && mode === 'interval' && wanted.schedule.startDate !== undefined;
  if (scheduled && dag.catchup === true && !catchup)
    notes.add(
      dag.node.line,
      mode === 'incremental'
        ? "catchup isn't taken over: no cursor has allow_external_schedulers, so each run goes on from the stored cursor"
        : "catchup isn't taken over: it needs a start date",
    );
  return {
    entry,
    schedule: wanted.schedule,
    catchup,
    mode,
    scheduled,
    differences: scheduled
      ? cutDifferences({
          schedule: wanted.schedule,
          intervals: dag.schedule?.intervals === true,
          catchup,
          now,
        })
      : [],
  };
}

function scheduleOf(dag: Dag, notes: Notes): Pick<Planned, 'schedule' | 'scheduled'> {
  const { schedule, timezone, node } = dag;
  const written = (time: PyTime | undefined, name: string): string | undefined => {
    if (time === undefined) return undefined;
    if ((time.zone ?? 'UTC') === timezone) return time.wall;
    if (time.zone === undefined || time.zone === 'UTC')
      return time.wall.includes('T') ? `${time.wall}Z` : `${time.wall}T00:00:00Z`;
    notes.add(node.line, `${name} is in another zone than the start date: write it`);
    return undefined;
  };
  const [startDate, endDate] = [written(dag.startDate, 'start_date'), written(dag.endDate, 'end_date')];
  const dates = {
    timezone,
    ...(startDate === undefined ? {} : { startDate }),
    ...(endDate === undefined ? {} : { endDate }),
  };
  if (schedule?.cron !== undefined) return { schedule: { cron: schedule.cron, ...dates }, scheduled: true };
  if (schedule?.everySeconds === undefined) return { schedule: dates, scheduled: false };
  const every = everyText(schedule.everySeconds, startDate, timezone);
  if (every === undefined)
    notes.add(node.line, "the schedule isn't taken over: its period is no whole number of seconds");
  return every === undefined
    ? { schedule: dates, scheduled: false }
    : { schedule: { every, ...dates }, scheduled: true };
}

/** A period that ticks when Airflow's does: counted from the start date. */
function everyText(seconds: number, startDate: string | undefined, timezone: string): string | undefined {
  if (!Number.isInteger(seconds) || seconds < 1) return undefined;
  const unit = (length: number): string => {
    const [size, name] = (
      [
        [86_400, 'd'],
        [3600, 'h'],
        [60, 'm'],
      ] as const
    ).find(([one]) => length % one === 0) ?? [1, 's'];
    return `${length / size}${name}`;
  };
  const start = startDate === undefined ? undefined : startMs(startDate, timezone);
  const offset = start === undefined ? 0 : (((start / 1000) % seconds) + seconds) % seconds;
  return offset === 0 || !Number.isInteger(offset) ? unit(seconds) : `${unit(seconds)}/${unit(offset)}`;
}

/** Epoch milliseconds of a date in a zone; undefined where it or the zone is none. */
function startMs(date: string, timezone: string): number | undefined {
  try {
    zoneNamed(timezone);
    const { startDate } = makeTimetable({ every: '1s', timezone, startDate: date });
    return startDate === undefined ? undefined : Date.parse(startDate);
  } catch {
    return undefined;
  }
}
