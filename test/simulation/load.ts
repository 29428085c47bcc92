import type { Attempt, CommitOutcome, CommittedLoad, LoadPackage } from '../../src/destination/types';
import { isTidemarkError } from '../../src/errors';
import { type BoundIncremental, bindIncremental } from '../../src/incremental';
import type { Interval } from '../../src/interval';
import { createNormalizer, StagingArea } from '../../src/normalize';
import { newSchema } from '../../src/schema';
import { storedResource } from '../../src/state';
import { PIPELINE, type SimulatedDataset } from './dataset';
import type { Rule } from './rules';
import type { Scheduler } from './scheduler';
import { ConnectionLost } from './server';
import { CURSOR, type Item, type Kind, tickOf, type VirtualSource } from './source';

export const SOURCE = 'shop';
const ROUNDS = 5;
/** Without dlt's own tables, which no rule looks at: a run is quicker. */
const FIRST_SCHEMA = { ...newSchema(SOURCE), tables: {} };

/** What a plan says of a load. */
export interface PlannedLoad {
  readonly kind: Kind;
  readonly loadKey: string;
  /** `chunk`: stateless, its interval; `live`: from the stored cursor on; `refresh`: all of it anew. */
  readonly mode: 'chunk' | 'live' | 'refresh';
  readonly interval: Interval | null;
  /** Who holds the load key; undefined for a run without Temporal. */
  readonly attempt: Attempt | undefined;
}

export interface Loader {
  readonly scheduler: Scheduler;
  readonly source: VirtualSource;
  readonly dataset: SimulatedDataset;
  readonly clock: () => number;
  readonly without: Rule | undefined;
}

/** What a load amounts to: committed by itself, or by another attempt before. */
export type Loaded = CommitOutcome | CommittedLoad;

/** Looks up or claims, extracts, stages and commits, as `src/pipeline/load-component` does. */
export async function load(loader: Loader, planned: PlannedLoad): Promise<Loaded> {
  const { dataset } = loader;
  const { loadKey, attempt } = planned;
  const known =
    attempt === undefined
      ? await dataset.findLoad(loadKey)
      : (await dataset.claim([{ loadKey, ...attempt }])).get(loadKey);
  if (known !== undefined) return known;
  for (let round = 1; ; round++) {
    try {
      return await loadOnce(loader, planned);
    } catch (error) {
      const overtaken =
        isTidemarkError(error, 'STATE_CHANGED') || isTidemarkError(error, 'GENERATION_CHANGED');
      if (!overtaken || round === ROUNDS) throw error;
      loader.scheduler.say(`starts over: ${(error as Error).message.slice(0, 90)}`);
    }
  }
}

async function loadOnce(loader: Loader, planned: PlannedLoad): Promise<Loaded> {
  const { scheduler, dataset, clock } = loader;
  const { kind, loadKey, interval, attempt } = planned;
  const begun = scheduler.steps;
  const snapshot = await dataset.snapshot(SOURCE);
  const stored = storedResource(snapshot.state, SOURCE, kind.name);
  const refresh = planned.mode === 'refresh';
  const bound = bindIncremental({
    definition: CURSOR,
    name: 'ts',
    stored: refresh ? undefined : stored.cursors['ts'],
    override: refresh ? { initialValue: 0 } : undefined,
    range: {
      mode: planned.mode === 'chunk' ? 'interval' : 'incremental',
      interval,
      now: '2100-01-01T00:00:00.000Z',
    },
    resourceKey: kind.primaryKey.length > 0 ? kind.primaryKey : undefined,
    warn: () => undefined,
  });
  const staging = new StagingArea({
    schema: snapshot.schema ?? FIRST_SCHEMA,
    spillDir: 'nowhere',
    fillRandom: (target) => scheduler.random.fill(target),
  });
  const disposition = refresh ? 'replace' : kind.disposition;
  const normalizer = createNormalizer({
    staging,
    resource: {
      name: kind.name,
      writeDisposition: disposition,
      mergeStrategy: kind.strategy,
      primaryKey: kind.primaryKey,
      rootKey: false,
      incrementalColumns: ['ts'],
    },
  });
  for await (const rows of extract(loader, planned, bound)) await normalizer.write(bound.accept(rows));
  const { schema, staged, rootTables } = await normalizer.finish();
  await scheduler.step('stages');
  const { exact, covered } = bound;
  return commitAnswered(loader, begun, {
    pipeline: PIPELINE,
    schema,
    baseSchemaHash: snapshot.schemaHash,
    baseLoadId: snapshot.lastLoadId,
    datasetId: snapshot.datasetId,
    loadKey,
    attempt,
    staged,
    resources: [
      {
        resource: kind.name,
        tables: rootTables,
        disposition,
        strategy: kind.strategy,
        primaryKey: kind.primaryKey,
        mergeKey: [],
        stateless: bound.stateless,
        cursors: [
          {
            path: bound.cursor,
            column: bound.cursorColumn,
            lastValueFunc: bound.func,
            before: stored.cursors['ts'],
            after: bound.state(),
            range: { start: exact.startValue, end: exact.endValue },
          },
        ],
        interval: interval ?? undefined,
        covered:
          covered.start === undefined ||
          covered.end === undefined ||
          covered.end.micros < covered.start.micros
            ? undefined
            : { start: covered.start.toString(), end: covered.end.toString() },
        generation: snapshot.generations[kind.name] ?? 0,
        fullRefresh: refresh,
        onRerun: kind.onRerun,
        // rows that were edited leave their slice: that isn't forgetting
        force: true,
      },
    ],
    clock,
  });
}

/** Pages of what the range has, each as it is when it is asked for. A refresh reads all at once, as of one moment. */
async function* extract(
  { scheduler, source }: Loader,
  { kind, mode }: PlannedLoad,
  bound: BoundIncremental,
): AsyncGenerator<readonly unknown[]> {
  const range = {
    start: tickOf(bound.exact.startValue as number),
    end:
      bound.exact.endValue === undefined ? Number.POSITIVE_INFINITY : tickOf(bound.exact.endValue as number),
  };
  let after: Item | undefined;
  if (mode === 'refresh') await scheduler.step('reads all');
  for (;;) {
    if (mode !== 'refresh') await scheduler.step('reads a page');
    const page = source.page(kind, { after, ...range });
    if (page.length > 0) yield page.map((item) => source.rowOf(item));
    if (page.length < 3) return;
    after = page.at(-1);
  }
}

/** Commits; what a lost connection leaves open is looked up by the load key, or simply done again under it. */
async function commitAnswered(
  { dataset, scheduler, without }: Loader,
  begun: number,
  first: LoadPackage,
): Promise<Loaded> {
  let load = first;
  for (let again = 0; ; again++) {
    try {
      return await dataset.commit(load, begun);
    } catch (error) {
      if (!(error instanceof ConnectionLost) || again === 2) throw error;
      if (without === 'same-key') {
        load = { ...load, loadKey: `${first.loadKey}~${again}`, attempt: undefined };
      } else if (scheduler.random.chance(0.5)) {
        const known = await dataset.findLoad(load.loadKey);
        if (known !== undefined) return known;
      }
      scheduler.say('commits again, since its connection was lost');
    }
  }
}
