import type { CommittedLoad } from '../destination';
import { isTidemarkError } from '../errors';
import { checkCursorUnit } from '../incremental';
import {
  createNormalizer,
  type NormalizeResult,
  type Normalizer,
  StagingArea,
  withStagingFolder,
} from '../normalize';
import { newSchema, schemaNameOf } from '../schema';
import { discoverHints, engineHints, extractComponent, nodesOf, type State } from '../source';
import { type StateObject, storedSourceState } from '../state';
import type { Checkpoint } from './checkpoint/checkpoint';
import { isTokenRefused, openCheckpoint, removeCheckpoint, TokenRefused } from './checkpoint/open-checkpoint';
import type { ComponentLoad } from './component-load';
import { LoadClock } from './load-clock';
import { fencedAttempt } from './load-request';
import { oneAtATime } from './one-at-a-time';
import { answeredReport, loadedReport } from './report';
import { makeResourceLoad } from './resource-load';
import { beginResources, findFirstStarts, isStateless, type ResourceRun } from './resource-run';
import type { ResourceReport } from './types';

/** How often a load starts over because another one committed first. */
const ROUNDS = 5;

/**
 * Extracts, normalizes and commits a component: all of it, once, or nothing. Loads that go on from what an earlier one
 * stored go one at a time; where one of another process moved the cursor or the generation meanwhile, it starts over
 * from what is stored now.
 * @throws what extraction, normalizing and the commit throw; nothing is written then
 */
export async function loadComponent(load: ComponentLoad): Promise<readonly ResourceReport[]> {
  const { dataset, request, loadKey } = load;
  const { signal } = request;
  const attempt = fencedAttempt(request);
  const clock = new LoadClock();
  // a key that was drawn for this run can't have been loaded before
  const lookUp = async () => (request.loadKey === undefined ? undefined : dataset.findLoad(loadKey));
  const known =
    attempt === undefined ? await lookUp() : (await dataset.claim([{ loadKey, ...attempt }])).get(loadKey);
  if (known !== undefined) return answered(load, known);
  clock.ended('begin');
  if (isStateless(load)) return loadInRounds(load, clock);
  const turn = { keys: turnKeys(load), load: loadKey, overtakes: attempt !== undefined, signal };
  return oneAtATime(turn, async (waited) => {
    clock.ended('turn');
    const meanwhile = waited ? await lookUp() : undefined;
    return meanwhile === undefined ? loadInRounds(load, clock) : answered(load, meanwhile);
  });
}

/** One for each resource whose state the component reads; whatever pipeline it is loaded by. */
function turnKeys({ dataset, source, component }: ComponentLoad): string[] {
  const of = [dataset.location, dataset.name, schemaNameOf(source.name)];
  return nodesOf(component.root).map(({ definition }) => [...of, definition.name].join('\n'));
}

async function loadInRounds(load: ComponentLoad, clock: LoadClock): Promise<readonly ResourceReport[]> {
  for (let round = 1; ; round++) {
    try {
      return await withStagingFolder(load.workDir, (spillDir) => loadOnce(load, { spillDir, clock }));
    } catch (error) {
      const overtaken =
        isTidemarkError(error, 'STATE_CHANGED') ||
        isTidemarkError(error, 'GENERATION_CHANGED') ||
        error instanceof TokenRefused;
      if (!overtaken || round === ROUNDS) throw error;
      clock.again();
    }
  }
}

async function answered(load: ComponentLoad, known: CommittedLoad): Promise<ResourceReport[]> {
  // whoever committed may have died before it removed it
  await removeCheckpoint(load);
  return load.component.resources.map((name) => answeredReport(name, known));
}

async function loadOnce(
  planned: ComponentLoad,
  { spillDir, clock }: { readonly spillDir: string; readonly clock: LoadClock },
): Promise<readonly ResourceReport[]> {
  const { request, dataset } = planned;
  const { signal, log } = request;
  const startedAt = performance.now();
  const load = { ...planned, component: await discoverHints(planned.component, { signal, log }) };
  const source = schemaNameOf(load.source.name);
  const snapshot = await dataset.snapshot(source);
  const runs = beginResources(load, snapshot, await findFirstStarts(load));
  const storedShared = storedSourceState(snapshot.state, source);
  const sourceState = structuredClone(storedShared) as State;
  const checkpoint = await openCheckpoint(load, { runs, snapshot, storedShared, sourceState });
  const staging = new StagingArea({
    schema: snapshot.schema ?? newSchema(load.source.name),
    spillDir,
    maxNameLength: dataset.maxNameLength,
  });
  try {
    const normalizers = new Map(
      runs
        .filter((run) => run.loaded)
        .map((run) => [run.name, createNormalizer({ staging, resource: hintsOf(load, run) })]),
    );
    clock.ended('begin');
    await extractInto(load, { runs, normalizers, sourceState, checkpoint, clock });
    const results = new Map<string, NormalizeResult>();
    for (const [name, normalizer] of normalizers) results.set(name, await normalizer.finish());
    for (const run of runs)
      for (const incremental of Object.values(run.incrementals)) checkCursorUnit(incremental);
    const staged = [...results.values()].at(-1)!;
    clock.ended('normalize');
    const outcome = await dataset.commit({
      pipeline: load.pipeline,
      schema: staging.schema,
      baseSchemaHash: snapshot.schemaHash,
      baseLoadId: snapshot.lastLoadId,
      datasetId: snapshot.datasetId,
      loadKey: load.loadKey,
      attempt: fencedAttempt(request),
      staged: staged.staged,
      resources: runs.map((run) =>
        makeResourceLoad({ run, request, result: results.get(run.name), snapshot, naming: staging.naming }),
      ),
      sourceState: { before: storedShared, after: sourceState as StateObject },
      clock: Date.now,
      signal,
      onPhase: (phase) => clock.ended(phase),
    });
    clock.ended('finish');
    const timings = clock.timings();
    await checkpoint?.discard();
    const seconds = (performance.now() - startedAt) / 1000;
    return runs
      .filter((run) => run.loaded)
      .map((run, at) => {
        const result = results.get(run.name)!;
        const bytes = Object.keys(result.rows).reduce((sum, table) => sum + staging.bytesOf(table), 0);
        return loadedReport({ run, result, outcome, first: at === 0, measured: { seconds, bytes, timings } });
      });
  } catch (error) {
    if (!isTokenRefused(error, checkpoint)) throw error;
    await checkpoint?.discard();
    throw new TokenRefused('the load starts again from its beginning', { cause: error });
  } finally {
    await checkpoint?.close();
    await staging.discard();
  }
}

const hintsOf = (load: ComponentLoad, run: ResourceRun): ReturnType<typeof engineHints> =>
  engineHints(run.definition, {
    source: load.source,
    incrementals: Object.values(run.incrementals),
    writeDisposition: run.disposition,
  });

async function extractInto(
  load: ComponentLoad,
  into: {
    readonly runs: readonly ResourceRun[];
    readonly normalizers: ReadonlyMap<string, Normalizer>;
    readonly sourceState: State;
    readonly checkpoint: Checkpoint | undefined;
    readonly clock: LoadClock;
  },
): Promise<void> {
  const { request, source, component } = load;
  const { range, signal, log } = request;
  const byName = new Map(into.runs.map((run) => [run.name, run]));
  const progress = new Map<string, { rows: number; bytes: number }>();
  const pages = extractComponent({
    source,
    component,
    incrementals: new Map(into.runs.map((run) => [run.name, run.incrementals])),
    states: Object.fromEntries(into.runs.map((run) => [run.name, run.state])),
    sourceState: into.sourceState,
    run: {
      pipeline: load.pipeline,
      interval: range.interval ?? undefined,
      now: range.now,
      mode: range.mode,
      attempt: request.attempt?.attempt ?? 1,
    },
    signal,
    log,
    onWait: request.onWait,
    rateBudgets: request.rateBudgets,
    meter: into.clock,
    pageLog: into.checkpoint,
    onPage: ({ resource, rows, bytes }) => {
      const run = byName.get(resource)!;
      run.pages++;
      const before = progress.get(resource) ?? { rows: 0, bytes: 0 };
      const now = { rows: before.rows + rows, bytes: before.bytes + bytes };
      progress.set(resource, now);
      request.onProgress?.({ resource, pages: run.pages, ...now });
    },
  });
  for await (const { resource, rows } of pages) {
    into.clock.ended('extract');
    if (rows.length > 0) await into.normalizers.get(resource)!.write(rows);
    into.clock.ended('normalize');
  }
  into.clock.ended('extract');
}
