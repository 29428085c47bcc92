import { defineSource, type Resource, resource } from '../../src';
import { type PipelineConfig, resolveConfig } from '../../src/config';
import type { LoadIntervalInput } from '../../src/contracts';
import { type Entry, executeRun } from '../../src/run';
import type { Source } from '../../src/source';
import { freshPlace, temporaryFolder } from '../pipeline/harness';
import { silent } from '../silent-log';

export const folder = temporaryFolder();
export const RUN: LoadIntervalInput = { version: 1, pipeline: 'shop', kind: 'manual' };

/** An entry with a file of its own. */
export function entryOf(
  source: () => unknown,
  changes: Partial<PipelineConfig> = {},
): { readonly entry: Entry; readonly place: ReturnType<typeof freshPlace> } {
  const place = freshPlace(folder);
  const { pipelines } = resolveConfig({
    pipelines: [{ retries: 0, ...changes, pipeline: place.pipeline(), source: () => source() as Source }],
  });
  return { entry: pipelines[0]!, place };
}

export const shop = (...resources: Resource[]) =>
  defineSource({ name: 'shop', resources: () => resources })();
export const one = (name: string, extract: () => AsyncIterable<unknown> | Iterable<unknown>) =>
  resource({ name, extract: extract as () => Iterable<unknown> });

export const run = (entry: Entry, signal = new AbortController().signal) =>
  executeRun({ entry, run: RUN, signal, log: silent });
