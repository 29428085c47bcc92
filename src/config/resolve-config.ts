import { shown, TidemarkError } from '../errors';
import { cronWarnings, durationMs, makeTimetable, parseCron } from '../interval';
import { parseByteSize } from './byte-size';
import { checkedAt, configInvalid, problemAt } from './config-problem';
import { configSchema } from './config-schema';
import { isSecret, Secret } from './secret';
import type {
  DecomposeConfig,
  PipelineConfig,
  PipelineRef,
  ResolvedConfig,
  ResolvedPipeline,
  ResolvedSchedule,
  ResolvedTemporal,
  ResolvedWorker,
  RunConfig,
  ScheduleConfig,
  SourceRef,
  TemporalConfig,
  TidemarkConfig,
  WorkerLimitsConfig,
} from './types';

/** Resources at a time where resources run in parallel and no limit is given. */
const PARALLEL_LIMIT = 4;

/**
 * Checks a config and fills in every default. Calls each entry's `source` once, to learn its resources; that needs no
 * secret and starts nothing.
 *
 * @param options.now epoch milliseconds from which on warnings look ahead. @default the machine's clock
 * @throws CONFIG_INVALID, CRON_INVALID, ZONE_INVALID, INSTANT_INVALID, INTERVAL_INVALID, DURATION_INVALID, RESOURCE_UNKNOWN,
 * each naming the path in the config, the value and what is accepted
 */
export function resolveConfig<P extends PipelineRef, S extends SourceRef>(
  config: TidemarkConfig<P, S>,
  options: { readonly now?: number } = {},
): ResolvedConfig<P, S> {
  const problem = checkedAt(['config'], () => {
    const checked = configSchema.safeParse(config);
    return checked.success ? undefined : configInvalid(configSchema, checked.error, config);
  });
  if (problem !== undefined) throw problem;
  const pipelines = [...config.pipelines].map((entry, index) =>
    resolvePipeline(entry, config.defaults ?? {}, ['pipelines', index]),
  );
  for (const [index, { name }] of pipelines.entries())
    if (pipelines.findIndex((other) => other.name === name) !== index)
      throw problemAt(
        ['pipelines', index, 'pipeline'],
        `the name "${name}" is taken by an earlier entry. A pipeline has one entry; give the other one its own name, it may write to the same dataset.`,
      );
  return Object.freeze({
    temporal: resolveTemporal(config.temporal ?? {}),
    worker: resolveWorker(config.temporal?.worker ?? {}),
    pipelines: Object.freeze(pipelines),
    warnings: Object.freeze(pipelines.flatMap((entry) => scheduleWarnings(entry, options.now ?? Date.now()))),
  });
}

function resolveTemporal(temporal: TemporalConfig): ResolvedTemporal {
  const { apiKey } = temporal;
  return Object.freeze({
    address: temporal.address,
    namespace: temporal.namespace,
    taskQueue: temporal.taskQueue ?? 'tidemark',
    apiKey:
      apiKey === undefined || isSecret(apiKey) ? apiKey : new Secret(apiKey, { key: 'temporal.apiKey' }),
    tls: temporal.tls,
    profile: temporal.profile,
  });
}

function resolveWorker({
  maxConcurrentActivities = 4,
  maxCachedWorkflows,
  gracefulStop = '10s',
  memoryLimit,
}: WorkerLimitsConfig): ResolvedWorker {
  return Object.freeze({
    maxConcurrentActivities,
    maxCachedWorkflows,
    gracefulStopMs: durationMs(gracefulStop),
    memoryLimitBytes: memoryLimit === undefined ? undefined : parseByteSize(memoryLimit),
  });
}

function resolveDecompose(decompose: DecomposeConfig): {
  kind: ResolvedPipeline['decompose']['kind'];
  limit: number;
} {
  const { kind, limit } = typeof decompose === 'string' ? { kind: decompose, limit: undefined } : decompose;
  return { kind, limit: kind === 'none' || kind === 'serialize' ? 1 : (limit ?? PARALLEL_LIMIT) };
}

type Path = readonly PropertyKey[];

function resolvePipeline<P extends PipelineRef, S extends SourceRef>(
  entry: PipelineConfig<P, S>,
  defaults: RunConfig,
  path: Path,
): ResolvedPipeline<P, S> {
  if (entry.pipeline.devMode === true)
    throw problemAt(
      [...path, 'pipeline'],
      `the pipeline "${entry.pipeline.name}" has devMode, which gives each run a new dataset: no run could know which intervals are loaded. Use devMode with pipeline.run() only; to try out a config, give its pipeline another \`dataset\`.`,
    );
  const sources = (): readonly S[] => asList(entry.source());
  const resources = checkedAt([...path, 'source'], () => resourcesOf(sources()));
  const overrides = Object.entries(entry.overrides ?? {}).map(([name, override]) => {
    if (!resources.includes(name))
      throw new TidemarkError(
        'RESOURCE_UNKNOWN',
        `"${[...path, 'overrides'].map(String).join('.')}" names the resource "${shown(name)}", which the entry does not load; it loads "${resources.join('", "')}".`,
        { details: { resource: shown(name), resources } },
      );
    const { retries, timeout } = override;
    return [name, { retries, timeoutMs: timeout === undefined ? undefined : durationMs(timeout) }] as const;
  });
  const mode = entry.mode ?? defaults.mode ?? 'interval';
  const schedule = entry.schedule && resolveSchedule(entry.schedule, mode, [...path, 'schedule']);
  return Object.freeze({
    name: entry.pipeline.name,
    pipeline: entry.pipeline,
    sources,
    decompose: Object.freeze(resolveDecompose(entry.decompose ?? defaults.decompose ?? 'serialize')),
    triggerRule: entry.triggerRule ?? defaults.triggerRule ?? 'all_done',
    retries: entry.retries ?? defaults.retries ?? 3,
    maxActiveRuns: entry.maxActiveRuns ?? defaults.maxActiveRuns ?? 1,
    mode,
    timeoutMs: durationMs(entry.timeout ?? defaults.timeout ?? '1d'),
    overrides: Object.freeze(Object.fromEntries(overrides)),
    schedule,
    http: Object.freeze({ ...defaults.http, ...entry.http }),
    hooks: Object.freeze({ ...defaults.hooks, ...entry.hooks }),
  });
}

const isList = <S>(value: S | readonly S[]): value is readonly S[] => Array.isArray(value);
const asList = <S>(value: S | readonly S[]): readonly S[] => (isList(value) ? value : [value]);

function resourcesOf(sources: readonly SourceRef[]): readonly string[] {
  const refuse = (problem: string): TidemarkError => new TidemarkError('CONFIG_INVALID', problem);
  for (const source of sources)
    if (typeof source !== 'object' || source === null || !Array.isArray(source.resourceNames))
      throw refuse(
        `it returned "${typeof source}", not a source; return what a source function gives, such as zendesk().`,
      );
  if (sources.length === 0) throw refuse('it returned no source; return one at least.');
  const names = sources.flatMap((source) => source.resourceNames);
  if (names.length === 0) throw refuse('none of its resources is selected; name them with withResources(…).');
  return names;
}

function resolveSchedule(
  schedule: ScheduleConfig,
  mode: ResolvedPipeline['mode'],
  path: Path,
): ResolvedSchedule {
  const { catchup = false } = schedule;
  const timetable = checkedAt(path, () =>
    makeTimetable({
      cron: schedule.cron,
      every: schedule.every,
      timezone: schedule.timezone,
      startDate: schedule.startDate,
      endDate: schedule.endDate,
      catchup,
    }),
  );
  if (catchup && timetable.startDate === undefined)
    throw problemAt(
      [...path, 'catchup'],
      '"true" needs a startDate: give the date from which on intervals are loaded.',
    );
  if (catchup && mode === 'incremental')
    throw problemAt(
      [...path, 'catchup'],
      '"true" needs the mode "interval": in mode "incremental" a run goes on from the stored cursor and leaves no interval to catch up.',
    );
  return Object.freeze({
    cron: schedule.cron ?? `@every ${schedule.every}`,
    timezone: timetable.timezone,
    startDate: timetable.startDate,
    endDate: timetable.endDate,
    catchup,
    jitterMs: schedule.jitter === undefined ? 0 : durationMs(schedule.jitter),
    paused: schedule.paused ?? false,
    delayMs: schedule.delay === undefined ? 0 : durationMs(schedule.delay),
    lookback: schedule.lookback,
  });
}

function scheduleWarnings({ name, schedule }: ResolvedPipeline, now: number): readonly string[] {
  if (schedule === undefined) return [];
  const cron = parseCron(schedule.cron, schedule.timezone);
  return cronWarnings(cron, now, schedule.timezone).map(({ message }) => `${name}: ${message}`);
}
