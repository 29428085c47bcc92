import { setTimeout as delay } from 'node:timers/promises';
import { type Hook, redact, redactData } from '../config';
import type { RunHooksInput } from '../contracts';
import { loadLog } from '../pipeline';
import { timetableOf } from '../plan';
import { schemaNameOf } from '../schema';
import type { Log } from '../source';
import { ownField } from '../value';
import { callHook } from './call-hook';
import { type RunAccess, withDataset } from './engine';
import type { Entry } from './entry';
import type { WorkflowRun } from './execute-attempt';

const ATTEMPTS = 3;
const AGAIN_AFTER_MS = 1_000;

/** What a hook is called with. Plain JSON without secrets; a webhook gets it as the body. */
interface HookEvent {
  readonly version: 1;
  readonly event: 'failure' | 'success' | 'gap';
  readonly pipeline: string;
  readonly kind: RunHooksInput['kind'];
  readonly interval: RunHooksInput['interval'];
  readonly now: string;
  /** Undefined for a run without Temporal. */
  readonly workflowId: string | undefined;
  readonly runId: string | undefined;
  readonly outcomes: RunHooksInput['outcomes'];
  /** Event `failure`: why the run could not be planned; then there are no outcomes. */
  readonly error?: RunHooksInput['error'];
  /** Event `gap`: what is missing right before the interval, by resource. */
  readonly gaps?: readonly { readonly resource: string; readonly start: string; readonly end: string }[];
}

/**
 * What is missing right before a scheduled run's interval: a hole that ends where it begins. So the run after a hole
 * reports it, once; where nothing was loaded before, there is no hole.
 */
async function gapsBefore(
  access: RunAccess,
  entry: Entry,
  { kind, interval, outcomes, sources }: RunHooksInput,
): Promise<NonNullable<HookEvent['gaps']>> {
  const start = entry.schedule && timetableOf(entry.schedule).firstInterval?.start;
  if (kind !== 'schedule' || interval === null || start === undefined) return [];
  if (Date.parse(start) >= Date.parse(interval.start)) return [];
  const { start: end } = interval;
  const loaded = outcomes.filter(({ status }) => status === 'loaded');
  return withDataset(access, entry.pipeline, async (dataset) => {
    const gaps: { resource: string; start: string; end: string }[] = [];
    for (const { resource } of loaded) {
      const source = ownField(sources, resource);
      if (source === undefined) continue;
      const range = { source: schemaNameOf(source), resource, start, end };
      const { covered, gaps: holes } = await dataset.coverage(range);
      const last = holes.at(-1);
      if (covered.length > 0 && last !== undefined && Date.parse(last.end) === Date.parse(end))
        gaps.push({ resource, start: last.start, end: last.end });
    }
    return gaps;
  });
}

/** Calls the hooks of an entry with how a run ended. Never throws: a hook that fails is called again twice, and then logged. */
export async function runHooks(options: {
  readonly entry: Entry;
  readonly input: RunHooksInput;
  readonly workflow?: WorkflowRun | undefined;
  readonly signal: AbortSignal;
  readonly access: RunAccess;
  /** Before the second call; twice as long before the third. @default 1 s */
  readonly againAfterMs?: number | undefined;
  readonly log?: Log | undefined;
}): Promise<void> {
  const { entry, input, workflow, signal, access, againAfterMs = AGAIN_AFTER_MS } = options;
  const { onFailure, onSuccess, onGap } = entry.hooks;
  const { version, pipeline, kind, interval, now, outcomes, error } = input;
  const { workflowId, runId } = workflow ?? {};
  const common = { version, pipeline, kind, interval, now, workflowId, runId, outcomes };
  const log = options.log ?? loadLog(pipeline);

  const call = async (hook: Hook | undefined, event: HookEvent): Promise<void> => {
    if (hook === undefined) return;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await callHook(hook, redactData(event), signal);
      } catch (cause) {
        const message = redact(cause instanceof Error ? cause.message : String(cause));
        log.warn('a hook failed', { hook: event.event, interval, attempt, workflowId, error: message });
        if (attempt === ATTEMPTS || signal.aborted) return;
        await delay(againAfterMs * attempt);
      }
    }
  };

  if (error !== undefined || outcomes.some(({ status }) => status === 'failed'))
    await call(onFailure, { ...common, event: 'failure', error });
  else await call(onSuccess, { ...common, event: 'success' });
  if (onGap === undefined) return;
  try {
    const gaps = await gapsBefore(access, entry, input);
    if (gaps.length > 0) await call(onGap, { ...common, event: 'gap', gaps });
  } catch (cause) {
    log.warn('gaps could not be looked for', { interval, error: redact(String(cause)) });
  }
}
