import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { type Hook, type HooksConfig, redact, redactData } from '../src/config';
import type { LoadPlan, RunHooksInput } from '../src/contracts';
import { loadLog } from '../src/pipeline';
import { entryOf, timetableOf } from '../src/plan';
import type { Entry } from '../src/run';
import { schemaNameOf } from '../src/schema';
import { callHook } from './call-hook';
import { type Deployment, withDataset } from './deployment';

const TRIES = 3;
const AGAIN_AFTER_MS = 1_000;

/** What a hook is told. Plain JSON without secrets; a webhook gets it as the body. */
export interface HookEvent {
  readonly version: 1;
  readonly event: 'failure' | 'success' | 'gap';
  readonly pipeline: string;
  readonly kind: RunHooksInput['kind'];
  readonly interval: RunHooksInput['interval'];
  readonly now: string;
  readonly workflowId: string | undefined;
  readonly runId: string | undefined;
  readonly outcomes: RunHooksInput['outcomes'];
  /** Event `failure`: why the run could not be planned; then there are no outcomes. */
  readonly error?: NonNullable<RunHooksInput['error']>;
  /** Event `gap`: what is missing right before the interval, by resource. */
  readonly gaps?: readonly { readonly resource: string; readonly start: string; readonly end: string }[];
}

/** Whether an entry has any hook. */
const hasHooks = ({ hooks }: { readonly hooks: HooksConfig }): boolean =>
  Object.values(hooks).some((hook) => hook !== undefined);

/** Tells the workflow whether there is anybody to tell of its outcome. */
export function planWithHooks<I extends { readonly run: { readonly pipeline: string } }>(
  { config }: Deployment,
  plan: (input: I) => Promise<LoadPlan>,
): (input: I) => Promise<LoadPlan> {
  return async (input) => {
    const planned = await plan(input);
    return hasHooks(entryOf(config, input.run.pipeline)) ? { ...planned, hooks: true } : planned;
  };
}

/**
 * What is missing right before a scheduled run's interval: a hole that ends where it begins. So the run after a hole
 * tells of it, once; where nothing was loaded before, there is no hole.
 */
async function gapsBefore(
  deployment: Deployment,
  entry: Entry,
  { kind, interval, outcomes, sources }: RunHooksInput,
): Promise<NonNullable<HookEvent['gaps']>> {
  const start = entry.schedule && timetableOf(entry.schedule).firstInterval?.start;
  if (kind !== 'schedule' || interval === null || start === undefined) return [];
  if (Date.parse(start) >= Date.parse(interval.start)) return [];
  const { start: end } = interval;
  const loaded = outcomes.filter(({ status }) => status === 'loaded');
  return withDataset(deployment, entry.pipeline, async (dataset) => {
    const gaps: { resource: string; start: string; end: string }[] = [];
    for (const { resource } of loaded) {
      const source = sources[resource];
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

/** `tidemarkRunHooks`: never fails; a hook that does is tried again twice, and then logged. */
export function runHooksActivity(
  deployment: Deployment,
  options: { readonly againAfterMs?: number } = {},
): (input: RunHooksInput) => Promise<void> {
  const { againAfterMs = AGAIN_AFTER_MS } = options;
  return async (input) => {
    const { info, cancellationSignal: signal } = Context.current();
    const entry = entryOf(deployment.config, input.pipeline);
    const { onFailure, onSuccess, onGap } = entry.hooks;
    const { version, pipeline, kind, interval, now, outcomes, error } = input;
    const failed = error !== undefined || outcomes.some(({ status }) => status === 'failed');
    const { workflowId, runId } = info.workflowExecution ?? {};
    const common = {
      version,
      pipeline,
      kind,
      interval,
      now,
      workflowId,
      runId,
      outcomes,
      ...(error && { error }),
    };
    const log = loadLog(pipeline);

    const tell = async (hook: Hook | undefined, event: HookEvent): Promise<void> => {
      if (hook === undefined) return;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await callHook(hook, redactData(event), signal);
        } catch (error) {
          const message = redact(error instanceof Error ? error.message : String(error));
          log.warn('a hook failed', { hook: event.event, interval, attempt, workflowId, error: message });
          if (attempt === TRIES || signal.aborted) return;
          await delay(againAfterMs * attempt);
        }
      }
    };

    if (failed) await tell(onFailure, { ...common, event: 'failure' });
    else await tell(onSuccess, { ...common, event: 'success' });
    if (onGap === undefined) return;
    try {
      const gaps = await gapsBefore(deployment, entry, input);
      if (gaps.length > 0) await tell(onGap, { ...common, event: 'gap', gaps });
    } catch (error) {
      log.warn('gaps could not be looked for', { interval, error: redact(String(error)) });
    }
  };
}
