import { Context } from '@temporalio/activity';
import type { LoadResourceInput, PlannedPart } from '../src/contracts';
import { TidemarkError } from '../src/errors';
import type { LoadRequest } from '../src/pipeline';
import type { Entry } from '../src/run';
import type { Source } from '../src/source';
import { Timestamp } from '../src/value';

/** The source that the input names, with what was bound for this run. */
export function sourceOf(entry: Entry, { source: name, parts, bind = {} }: LoadResourceInput): Source {
  const source = entry.sources().find((one) => one.name === name);
  if (source === undefined)
    throw new TidemarkError(
      'SOURCE_INVALID',
      `The pipeline "${entry.name}" has no source "${name}" any more.`,
    );
  const wanted = new Set(parts.flatMap(({ resources }) => resources));
  const bindings = Object.entries(bind).filter(([resource]) => wanted.has(resource));
  return bindings.length === 0 ? source : source.bind(Object.fromEntries(bindings));
}

/** What the pipeline is asked for, of one part of the input. */
export function requestFor(options: {
  readonly input: LoadResourceInput;
  readonly entry: Entry;
  readonly source: Source;
  readonly part: PlannedPart;
  readonly watch: Required<Pick<LoadRequest, 'signal' | 'log' | 'onProgress' | 'onCheckpoint' | 'onWait'>>;
}): LoadRequest {
  const { input, entry, source, part, watch } = options;
  const { workflowId = '', runId = '' } = Context.current().info.workflowExecution ?? {};
  return {
    source,
    resources: part.resources,
    loadKey: part.loadKey,
    mode: input.mode,
    now: Timestamp.fromMillis(Date.parse(input.now)),
    attempt: { workflowId, runId, attempt: input.attempt },
    http: entry.http,
    ...watch,
    ...(input.interval !== null && { interval: input.interval }),
    ...(input.firstStart !== undefined && { firstStart: input.firstStart }),
    ...(input.lookbackStart !== undefined && { lookbackStart: input.lookbackStart }),
    ...(input.fullRefresh !== undefined && { fullRefresh: input.fullRefresh }),
    ...(input.replace !== undefined && { replaceSlice: input.replace }),
    ...(input.force !== undefined && { force: input.force }),
  };
}
