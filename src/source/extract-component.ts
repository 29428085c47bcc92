import { redact } from '../config';
import { isTidemarkError, TidemarkError } from '../errors';
import {
  type Clock,
  createHttp,
  type HttpClient,
  type HttpMeter,
  type HttpWait,
  type RateBudgets,
} from '../http';
import { MOST_LEVELS, ownField, tooDeepAt } from '../value';
import type { BoundComponent } from './bind-component';
import { type Component, type ComponentNode, nodesOf } from './components';
import { resolveParams } from './params';
import type { PreparedSource } from './prepared-source';
import { type PagePuller, pullPages } from './pull';
import { checkpointFor, type PageLog } from './resume';
import { applySteps } from './steps';
import type { Log, ResourceDefinition, RunInfo, State } from './types';

/** A page that passed: what is to be stored for one resource. It may be empty. */
export interface ExtractedPage {
  readonly resource: string;
  readonly rows: readonly unknown[];
}

/** What `onPage` gets after each page: the items that the source yielded, the rows that passed, the bytes of HTTP bodies. */
interface PageReport {
  readonly resource: string;
  readonly yielded: number;
  readonly rows: number;
  readonly bytes: number;
}

export interface ExtractRequest {
  readonly source: PreparedSource;
  readonly component: Component;
  readonly incrementals: BoundComponent;
  /** By resource; changed in place by `extract`. See `stateFor`. */
  readonly states: Readonly<Record<string, State>>;
  readonly sourceState: State;
  readonly run: RunInfo;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onPage?: ((report: PageReport) => void) | undefined;
  /** Called for every wait of the HTTP client, which is not a failure: the load is alive. */
  readonly onWait?: ((wait: HttpWait) => void) | undefined;
  /** Where rate limits with a scope are shared. @default within this process */
  readonly rateBudgets?: RateBudgets | undefined;
  /** Told how long requests took. @default nothing is measured */
  readonly meter?: HttpMeter | undefined;
  /** @default the machine's */
  readonly clock?: Clock | undefined;
  /** Where pages are kept for another attempt; what it has of an earlier one comes first. */
  readonly pageLog?: PageLog | undefined;
}

interface Extraction extends ExtractRequest {
  readonly http: HttpClient;
  readonly takeBytes: () => number;
  /** What is left of the limits, over all pages of a transformer's parent. */
  readonly left: Map<string, { pages: number; rows: number }>;
  /** Resources that yielded a page; a replayed one doesn't count. */
  readonly yielded: Set<string>;
}

/**
 * Extracts one component, page by page. A page goes through maps, filters and incrementals after the author yielded it
 * and before the author's code runs on; the consumer has it before that too, so nothing is pulled ahead.
 *
 * @throws CANCELLED, and every extraction error under its own code, naming the resource; what the author's code throws
 * comes as EXTRACT_FAILED
 */
export async function* extractComponent(request: ExtractRequest): AsyncGenerator<ExtractedPage, void, void> {
  const { source, component, signal, onWait, clock } = request;
  let bytes = 0;
  const http = createHttp({
    options: source.http,
    owner: source.name,
    signal,
    onWait,
    rateBudgets: request.rateBudgets,
    onBytes: (more) => {
      bytes += more;
    },
    meter: request.meter,
    clock,
  });
  const takeBytes = (): number => {
    const taken = bytes;
    bytes = 0;
    return taken;
  };
  const extraction = { ...request, http, takeBytes, left: new Map(), yielded: new Set<string>() };
  yield* replayed(extraction);
  yield* extractNode(component.root, [], extraction);
  for (const field of http.missingFields())
    request.log.warn(
      `no page had "${field}", where the paginator looks for the next one, so each was taken for the last; check that it isn't misspelt`,
      { resource: component.root.definition.name, field },
    );
}

const named =
  (resource: string, signal: AbortSignal) =>
  <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error) => Promise.reject(withName(error, resource, signal)));

/** What is left of a resource's limits. */
function leftOf({ left }: Extraction, { name, limit }: ResourceDefinition): { pages: number; rows: number } {
  const known = left.get(name) ?? { ...limit };
  left.set(name, known);
  return known;
}

/** The pages of an earlier attempt: they go through the incrementals as they did then, and nothing is asked of the source. */
async function* replayed(extraction: Extraction): AsyncGenerator<ExtractedPage, void, void> {
  const { component, incrementals, pageLog, onPage, signal } = extraction;
  if (pageLog?.token === undefined) return;
  const nodes = new Map(nodesOf(component.root).map((node) => [node.definition.name, node]));
  for await (const page of pageLog.replay()) {
    const { resource, yielded, bytes } = page;
    const { definition, loaded } = nodes.get(resource)!;
    const limit = leftOf(extraction, definition);
    limit.pages -= 1;
    const rows = await named(
      resource,
      signal,
    )(async () => {
      signal.throwIfAborted();
      return accept(page.rows, Object.values(incrementals.get(resource) ?? {}), limit);
    });
    onPage?.({ resource, yielded, rows: rows.length, bytes });
    if (loaded) yield { resource, rows };
  }
}

async function* extractNode(
  node: ComponentNode,
  items: readonly unknown[],
  extraction: Extraction,
): AsyncGenerator<ExtractedPage, void, void> {
  const { definition } = node;
  const { name } = definition;
  const { signal, http, incrementals, onPage, pageLog, takeBytes } = extraction;
  const bound = Object.values(incrementals.get(name) ?? {});
  const limit = leftOf(extraction, definition);
  if (limit.pages <= 0 || limit.rows <= 0) return;
  const guarded = named(name, signal);
  const puller = await guarded(async () => {
    const context = contextOf(node, items, extraction);
    return pullPages(() => definition.extract(context), { resource: name, signal, http });
  });
  let finished = false;
  try {
    while (limit.pages > 0 && limit.rows > 0 && !bound.some(({ closed }) => closed)) {
      const page = await guarded(() => puller.next());
      if (page === undefined) {
        finished = true;
        return;
      }
      limit.pages -= 1;
      const stepped = await guarded(() => applySteps(definition, page));
      const sizes = { yielded: page.length, bytes: takeBytes() };
      await notTooDeep(stepped, name, async () => pageLog?.keep({ resource: name, rows: stepped, ...sizes }));
      const rows = await guarded(() => notTooDeep(stepped, name, async () => accept(stepped, bound, limit)));
      onPage?.({ resource: name, rows: rows.length, ...sizes });
      extraction.yielded.add(name);
      if (node.loaded) yield { resource: name, rows };
      if (rows.length > 0) for (const child of node.children) yield* extractNode(child, rows, extraction);
    }
  } finally {
    if (!finished) await closed(puller, name, extraction);
  }
}

/** @throws ROW_INVALID where the work ends the stack for a row that is nested too deeply: it would every time */
async function notTooDeep<T>(rows: readonly unknown[], resource: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const at = error instanceof RangeError ? rows.findIndex((row) => tooDeepAt(row) !== undefined) : -1;
    if (at < 0) throw error;
    throw new TidemarkError(
      'ROW_INVALID',
      `Row ${at + 1} of a page of resource "${resource}" is nested more than ${MOST_LEVELS} levels deep. Flatten such rows with map, or leave them out with filter.`,
      { cause: error, details: { resource, row: at + 1, limit: MOST_LEVELS } },
    );
  }
}

/** Closes a source that is not needed any more. If it throws then, that is logged: nothing that was extracted is lost. */
async function closed(puller: PagePuller, resource: string, { log }: Extraction): Promise<void> {
  try {
    await puller.close();
  } catch (error) {
    log.warn('the source failed while it was closed', { resource, error: redact(String(error)) });
  }
}

/**
 * Passes rows through the incrementals. With a limit of rows it stops as soon as they are full: an incremental never
 * sees a row that isn't loaded.
 */
function accept(
  rows: readonly unknown[],
  bound: readonly { accept(rows: readonly unknown[]): readonly unknown[] }[],
  limit: { rows: number },
): readonly unknown[] {
  const through = (some: readonly unknown[]): readonly unknown[] =>
    bound.reduce((passed, incremental) => incremental.accept(passed), some);
  if (limit.rows === Number.POSITIVE_INFINITY) return through(rows);
  const accepted: unknown[] = [];
  for (let from = 0; from < rows.length && limit.rows > 0; ) {
    const some = rows.slice(from, from + limit.rows);
    from += some.length;
    const passed = through(some);
    accepted.push(...passed);
    limit.rows -= passed.length;
  }
  return accepted;
}

function contextOf(
  { definition }: ComponentNode,
  items: readonly unknown[],
  { incrementals, states, sourceState, run, signal, log, http, pageLog, yielded }: Extraction,
): Parameters<ResourceDefinition['extract']>[0] {
  const { name, parent } = definition;
  const tagged =
    (level: keyof Log) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      log[level](message, { resource: name, ...fields });
  return {
    items,
    incremental: incrementals.get(name) ?? {},
    params: resolveParams(definition),
    http,
    state: ownField(states, name) ?? {},
    sourceState,
    run,
    signal,
    log: { debug: tagged('debug'), info: tagged('info'), warn: tagged('warn'), error: tagged('error') },
    resumeFrom: parent === undefined ? pageLog?.token : undefined,
    checkpoint: checkpointFor(definition, pageLog, () => yielded.has(name)),
  };
}

/** The same failure with the resource's name before it; redacted, since an author's message may hold anything. */
export function withName(error: unknown, resource: string, signal: AbortSignal): unknown {
  if (isTidemarkError(error)) {
    if ('resource' in error.details && error.message.includes(`"${resource}"`)) return error;
    return new TidemarkError(error.code, `Resource "${resource}": ${redact(error.message)}`, {
      cause: error,
      details: { ...error.details, resource },
      retryable: error.retryable,
      retryAfterMs: error.retryAfterMs,
    });
  }
  if (signal.aborted)
    return new TidemarkError('CANCELLED', `Resource "${resource}": cancelled.`, {
      cause: error,
      details: { resource },
    });
  const message = error instanceof Error ? error.message : String(error);
  return new TidemarkError('EXTRACT_FAILED', `Resource "${resource}": ${redact(message)}`, {
    cause: error,
    details: { resource },
  });
}
