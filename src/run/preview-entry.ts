import { TidemarkError } from '../errors';
import { LoadFailedError, type LoadInfo, type LoadProgress, type Pipeline } from '../pipeline';
import { listComponents, planRun } from '../plan';
import type { Entry } from './entry';
import { executeLocally } from './execute-run';

/**
 * Loads a few rows of each resource into another pipeline, for a look: a run of the entry over no interval, with its
 * order and http limits, without its retries and hooks.
 * @throws LoadFailedError when a resource was not loaded, after all others had their chance; CANCELLED
 */
export async function previewEntry(options: {
  readonly entry: Entry;
  /** Where the rows go. */
  readonly into: Pipeline;
  /** @default all that the entry's sources select */
  readonly resources?: readonly string[] | undefined;
  /** Rows of each resource. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}): Promise<readonly LoadInfo[]> {
  const { into, resources, limit, signal, onProgress } = options;
  const entry: Entry = {
    ...options.entry,
    pipeline: into,
    sources: () => options.entry.sources().map((source) => source.addLimit({ rows: limit })),
    triggerRule: 'all_done',
    retries: 0,
    overrides: {},
    hooks: {},
  };
  const now = new Date().toISOString();
  const time = { kind: 'logicalDate', at: now } as const;
  const run = { version: 1, pipeline: entry.name, kind: 'manual', time, resources } as const;
  const plan = planRun({
    entry,
    components: listComponents(entry, resources),
    input: { version: 1, run, kind: 'manual', startedAt: now, origin: 'preview' },
    indexed: false,
  });
  const range = { mode: entry.mode, interval: null, now } as const;
  const { infos, causes } = await executeLocally({
    entry,
    run,
    plan: { ...plan, range },
    signal,
    onProgress,
  });
  if (signal.aborted)
    throw new TidemarkError('CANCELLED', 'The preview was cancelled.', { cause: signal.reason });
  const failures = infos.flatMap((info) => info.resources.flatMap(({ error }) => error ?? []));
  const [failed] = infos.filter((info) => info.resources.some(({ error }) => error !== undefined));
  if (failed !== undefined)
    throw new LoadFailedError(
      failed,
      failures,
      causes.find((cause) => cause !== undefined),
    );
  return infos;
}
