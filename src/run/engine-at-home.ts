import path from 'node:path';
import { redact } from '../config';
import type { DatasetHome, HomeAnswer } from '../contracts';
import type { Dataset } from '../destination';
import { isTidemarkError, TidemarkError } from '../errors';
import { loadLog, type Pipeline } from '../pipeline';
import { sha3 } from '../value';
import { type Engine, resolveAccess } from './engine';

/** After it could not be asked, loads go on for so long without asking. */
const UNASKED_MS = 600_000;
/** The server refuses longer ids of workflows. */
const LONGEST_PLACE = 500;

/** Asks whether a worker may load into what it finds; `place` is what the hosts have in common. */
export type AskHome = (place: string, found: DatasetHome) => Promise<HomeAnswer>;

interface HomeOptions {
  readonly ask: AskHome;
  readonly host: string;
}

/**
 * What the dataset of a pipeline is called on every host: the file, relative to the folder that the worker runs in, and its
 * name. Undefined for one that all hosts reach, and where each run has a dataset of its own.
 */
export function homePlace({ name, destination, datasetName, devMode }: Pipeline): string | undefined {
  if (destination.onOneHost !== true || devMode) return undefined;
  const location = destination.describe(name);
  const below = path.relative(process.cwd(), location);
  const place = `${below.startsWith('..') ? location : below}/${datasetName}`;
  return place.length > LONGEST_PLACE ? sha3(place).replace(/\W/g, '_') : place;
}

/**
 * An engine that loads into a dataset of one host, and looks at it, only where it is: each process asks once for each
 * dataset, before anything is written. Where nobody answers, it goes on as if it had been told yes.
 * @throws DATASET_MISMATCH where the dataset is on another host
 */
export function engineAtHome({ ask, host }: HomeOptions): Engine {
  const { engine } = resolveAccess({});
  /** Until when nothing is asked, by place. */
  const unasked = new Map<string, number>();
  const stayAtHome = async (pipeline: Pipeline): Promise<void> => {
    const place = homePlace(pipeline);
    if (place === undefined || (unasked.get(place) ?? 0) > performance.now()) return;
    const dataset = await engine.open(pipeline);
    try {
      await askFor(dataset, (datasetId) => ask(place, { host, location: dataset.location, datasetId }));
      unasked.set(place, Number.POSITIVE_INFINITY);
    } catch (error) {
      if (isTidemarkError(error)) throw error;
      unasked.set(place, performance.now() + UNASKED_MS);
      loadLog(pipeline.name).warn(
        'nobody answered on which host the file is, so it was not checked; keep the workers of a file on one host',
        { location: dataset.location, error: redact(String(error)) },
      );
    } finally {
      await dataset.close();
    }
  };
  return {
    async load(pipeline, request) {
      await stayAtHome(pipeline);
      return engine.load(pipeline, request);
    },
    async open(pipeline) {
      await stayAtHome(pipeline);
      return engine.open(pipeline);
    },
  };
}

/**
 * Looks whether the dataset of a pipeline is where it is known to be, and writes nothing.
 * @throws DATASET_MISMATCH where it is on another host; what opening it throws
 */
export async function checkHome(pipeline: Pipeline, home: DatasetHome, host: string): Promise<void> {
  if (home.host === host || home.datasetId === undefined) return;
  const dataset = await pipeline.openDataset();
  try {
    const { datasetId } = await dataset.snapshot(dataset.name);
    answered(dataset, datasetId, { accepted: datasetId === home.datasetId, home });
  } finally {
    await dataset.close();
  }
}

/** Asks, and draws the id of a dataset that has none as soon as it may be made here. */
async function askFor(
  dataset: Dataset,
  ask: (datasetId: string | undefined) => Promise<HomeAnswer>,
): Promise<void> {
  const idOf = async (): Promise<string | undefined> => (await dataset.snapshot(dataset.name)).datasetId;
  const datasetId = await idOf();
  answered(dataset, datasetId, await ask(datasetId));
  if (datasetId !== undefined) return;
  await dataset.claim([]);
  const drawn = await idOf();
  answered(dataset, drawn, await ask(drawn));
}

function answered(dataset: Dataset, datasetId: string | undefined, { accepted, home }: HomeAnswer): void {
  if (accepted) return;
  const here = datasetId === undefined ? 'nothing is stored' : 'another dataset is';
  throw new TidemarkError(
    'DATASET_MISMATCH',
    `The dataset "${dataset.name}" is on the host "${home.host}", in "${home.location}"; on this one, in "${dataset.location}", ${here}. ` +
      'A file belongs to one host: run all workers of its task queue there, or load into a database that all hosts reach, such as postgres(…). ' +
      'If the file was moved, bring it here; if the other one is given up, run "tidemark doctor --forget-host PIPELINE" once.',
    {
      details: { dataset: dataset.name, home: home.host, location: dataset.location },
      // its first load may be about to make it, in a file that both reach
      retryable: home.datasetId === undefined,
    },
  );
}
