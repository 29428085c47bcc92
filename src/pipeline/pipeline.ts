import path from 'node:path';
import { type Dataset, type Destination, destinationOf, tellingOfClose } from '../destination';
import { shown, TidemarkError } from '../errors';
import type { Interval } from '../interval';
import {
  callable,
  checkArgument,
  checkOptions,
  flag,
  hidden,
  object,
  record,
  satisfying,
  text,
} from '../options';
import { columnHints, writeDisposition as disposition, keyHint } from '../source';
import { isRecord, type Timestamp } from '../value';
import { type AdHocOptions, type RunData, sourcesOf } from './ad-hoc';
import { type CheckpointOptions, checkpointOptions, checkpointPlace } from './checkpoint/checkpoint-place';
import type { CheckpointPlace } from './checkpoint/checkpoint-store';
import { devDatasetAt, nextDevDataset } from './dev-dataset';
import { LoadFailedError } from './load-failed-error';
import { joinLoadInfos } from './load-info';
import type { LoadRequest } from './load-request';
import { type LoadResult, loadPrepared, prepareLoad } from './load-resources';
import { type DatasetReader, makeDatasetReader } from './read-dataset';
import type { LoadInfo } from './types';
import { waitingForDestination } from './wait-for-destination';

/** Options of {@link pipeline}. */
export interface PipelineOptions {
  /** Letters, digits, `_` and `-`: it names the DuckDB file, the Schedule, and the state that is restored. */
  readonly name: string;
  /** Where data goes: `duckdb()`. */
  readonly destination: Destination;
  /** The schema in the destination. @default `<name>_dataset` */
  readonly dataset?: string;
  /** Each run writes to a new dataset `<dataset>_<timestamp>` with empty state; its `LoadInfo` names it. @default false */
  readonly devMode?: boolean;
  /** Folder for working files; a folder per attempt in it, removed when it ends. @default `.tidemark/work` */
  readonly workDir?: string;
  /**
   * Where checkpoints of long extractions are kept that every host can read: a retry on another host goes on from them. They
   * hold rows as they were extracted. A bucket, `s3`; or `path`, a folder such as a mounted share, which has to be there.
   * @default `checkpoints` in `workDir`, which other hosts don't see
   */
  readonly checkpoints?: CheckpointOptions;
}

/** What `run` takes beside the data. The ad-hoc options apply to plain items. */
export interface RunOptions
  extends AdHocOptions,
    Pick<
      LoadRequest,
      | 'writeDisposition'
      | 'fullRefresh'
      | 'parallel'
      | 'replaceSlice'
      | 'force'
      | 'signal'
      | 'log'
      | 'onProgress'
      | 'loadKey'
    > {
  /** The data interval, joined by incrementals that allow it; start and end are one for "from there till now". @default none */
  readonly interval?: Interval | undefined;
  /** The one now of the run. @default the clock */
  readonly now?: Timestamp | undefined;
}

const pipelineOptions = object<PipelineOptions>(
  {
    name: text,
    destination: hidden(
      'what duckdb(…) gives',
      (value) => isRecord(value) && ['open', 'describe'].every((name) => typeof value[name] === 'function'),
    ),
    dataset: text,
    devMode: flag,
    workDir: text,
    checkpoints: checkpointOptions,
  },
  { required: ['name', 'destination'] },
);

const isText = (value: unknown): boolean => typeof value === 'string';

const runOptions = object<RunOptions>({
  tableName: text,
  primaryKey: keyHint,
  mergeKey: keyHint,
  columns: columnHints,
  writeDisposition: disposition,
  fullRefresh: flag,
  // which numbers are accepted is said where the load is prepared
  parallel: satisfying('a whole number from 1 on', (value) => typeof value === 'number'),
  replaceSlice: flag,
  force: flag,
  signal: satisfying('an AbortSignal', (value) => isRecord(value) && 'aborted' in value),
  log: satisfying(
    'a log with debug, info, warn and error',
    (value) =>
      isRecord(value) &&
      ['debug', 'info', 'warn', 'error'].every((name) => typeof value[name] === 'function'),
  ),
  onProgress: callable,
  loadKey: text,
  interval: satisfying(
    '{ start, end }, both ISO instants',
    (value) => isRecord(value) && isText(value['start']) && isText(value['end']),
  ),
  now: satisfying('a Timestamp', (value) => isRecord(value) && typeof value['micros'] === 'bigint'),
});

/**
 * A pipeline: a name whose state is kept, and the dataset it loads into. It holds nothing open between runs for longer
 * than the destination's idle time.
 */
export class Pipeline implements AsyncDisposable {
  readonly name: string;
  readonly destination: Destination;
  /** Absolute. */
  readonly workDir: string;
  /** Where checkpoints are kept that other hosts can read; undefined where they stay in `workDir`. */
  readonly checkpoints: CheckpointPlace | undefined;
  readonly devMode: boolean;
  readonly #dataset: string;
  readonly #open = new Set<Dataset>();
  #newest: string | undefined;

  /**
   * @param home a pipeline whose place of checkpoints it shares. @default a place of its own, as the options say
   * @throws CONFIG_INVALID for a name that can't be one, an option that doesn't exist, a value that isn't accepted
   */
  constructor(options: PipelineOptions, home?: Pick<Pipeline, 'checkpoints'>) {
    checkArgument('pipeline', 'options', options, record);
    if (typeof options.name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(options.name))
      throw new TidemarkError(
        'CONFIG_INVALID',
        `"${shown(options.name)}" can't be a pipeline's name: use letters, digits, "_" and "-", and begin with a letter or digit.`,
      );
    checkOptions(`pipeline "${options.name}"`, options, pipelineOptions);
    this.name = options.name;
    this.destination = options.destination;
    this.workDir = path.resolve(options.workDir ?? path.join('.tidemark', 'work'));
    this.checkpoints =
      home?.checkpoints ?? (options.checkpoints && checkpointPlace(options.checkpoints, options.name));
    this.devMode = options.devMode ?? false;
    this.#dataset = options.dataset ?? `${options.name}_dataset`;
  }

  /**
   * The pipeline of one component that is run apart from the others (`decompose: 'parallel-isolated'`): it loads into the
   * same dataset and keeps its own state, under the name `<pipeline>_<component>`, as dlt's Airflow helper names it.
   */
  isolated(component: string): Pipeline {
    const { name: home, destination, workDir, devMode } = this;
    const options: PipelineOptions = {
      name: `${home}_${component.replace(/[^A-Za-z0-9_-]/g, '_')}`,
      dataset: this.#dataset,
      workDir,
      devMode,
      destination: destinationOf(home, destination),
    };
    return new Pipeline(options, this);
  }

  /** The name of the dataset. With `devMode` that of the run begun last; before the first the name that runs add to. */
  get datasetName(): string {
    return this.#newest ?? this.#dataset;
  }

  /** The dataset that a run with this now writes to: with `devMode` one of its own, the same for all its components. */
  datasetNameAt(now: string): string {
    return this.devMode ? devDatasetAt(this.#dataset, Date.parse(now)) : this.#dataset;
  }

  /**
   * The dataset, to read back what was loaded. Opens nothing yet, and closes by itself.
   * @param name another dataset in the same destination, such as that of an earlier run with `devMode`. @default {@link datasetName}
   * @example
   * await using data = p.dataset();
   * await data.rowCounts();                        // { tickets: 120, tickets__tags: 300 }
   * for await (const ticket of data.table('tickets')) console.log(ticket.id);
   * const { column } = await data.sql('SELECT id, score FROM tickets').toColumns();
   * column('score').values;                        // Float64Array
   */
  dataset(name: string = this.datasetName): DatasetReader {
    return makeDatasetReader({
      name,
      location: this.destination.describe(this.name),
      open: () => this.openDataset(undefined, name),
    });
  }

  /** Opens the dataset for reading and writing, below what {@link dataset} gives; close it again. */
  async openDataset(signal?: AbortSignal, name: string = this.datasetName): Promise<Dataset> {
    const opened = await this.destination.open({
      pipeline: this.name,
      dataset: name,
      workDir: this.workDir,
      signal,
    });
    const dataset = tellingOfClose(opened, () => this.#open.delete(dataset));
    this.#open.add(dataset);
    return dataset;
  }

  /**
   * Runs without Temporal: extracts, normalizes and loads, and goes on from the stored cursors. Takes sources, resources,
   * or plain items with `tableName`. Every source's config is looked up before anything is written.
   *
   * A destination that another program holds is waited for, up to a minute.
   *
   * @throws LoadFailedError when a resource was not loaded, after all others had their chance
   * @throws USAGE for data that can't be run; SECRET_MISSING, CONFIG_MISSING, CONFIG_INVALID; RESOURCE_UNKNOWN;
   * DESTINATION_NOT_A_DATABASE; CANCELLED when `signal` is aborted before the last commit
   * @example
   * const info = await pipeline({ name: 'zendesk', destination: duckdb() }).run(zendesk());
   * console.log(String(info));
   * @example
   * await p.run([{ id: 1, title: 'first' }], { tableName: 'issues', writeDisposition: 'merge', primaryKey: 'id' });
   */
  async run(data: RunData, options: RunOptions = {}): Promise<LoadInfo> {
    checkOptions(`run of the pipeline "${this.name}"`, options, runOptions);
    const { writeDisposition, fullRefresh, parallel, replaceSlice, force, loadKey } = options;
    const { interval, now, signal, log, onProgress } = options;
    const loads = sourcesOf(this.name, data, options).map((source) =>
      prepareLoad(this.name, {
        source,
        range: { interval: interval ?? null, now: now?.toString() },
        writeDisposition,
        fullRefresh,
        parallel,
        replaceSlice,
        force,
        loadKey,
        signal,
        log,
        onProgress,
      }),
    );
    if (loadKey !== undefined && loads.length > 1)
      throw new TidemarkError(
        'USAGE',
        `A load key is one component's, and ${loads.length} sources were given. Run them one by one.`,
      );
    const dataset = this.devMode ? nextDevDataset(this.#dataset) : this.#dataset;
    if (this.devMode) this.#newest = dataset;
    const results: LoadResult[] = [];
    for (const load of loads)
      results.push(await waitingForDestination(load.request, () => loadPrepared(this, { ...load, dataset })));
    const failures = results.flatMap(({ info }) => info.resources.flatMap((report) => report.error ?? []));
    const info = joinLoadInfos(results.map((result) => result.info));
    if (failures.length > 0)
      throw new LoadFailedError(info, failures, results.flatMap((result) => result.causes)[0]);
    return info;
  }

  /** Lets go of the destination, and ends what is being read. The pipeline may run again after it. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((dataset) => dataset.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Makes a pipeline. Nothing is opened or read.
 * @throws CONFIG_INVALID for a name that can't be one, an option that doesn't exist, a value that isn't accepted
 * @example
 * const p = pipeline({ name: 'zendesk', destination: duckdb({ path: 'zendesk.duckdb' }), dataset: 'zendesk_data' });
 */
export function pipeline(options: PipelineOptions): Pipeline {
  return new Pipeline(options);
}
