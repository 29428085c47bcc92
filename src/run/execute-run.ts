import { randomUUID } from 'node:crypto';
import type {
  AttemptOutcome,
  FailedAttempt,
  LoadIntervalInput,
  LoadIntervalResult,
  LoadResourceInput,
  RunPlan,
} from '../contracts';
import { failureOf, isBeyondRecord, type LoadInfo, type LoadProgress, loadLog } from '../pipeline';
import { checkBindings, executePlan, listComponents, type PlanExecutor, planRun, TIMED_OUT } from '../plan';
import type { Log } from '../source';
import { anySignal } from '../value';
import { collectReports } from './collect-reports';
import type { RunAccess } from './engine';
import type { Entry } from './entry';
import { executeAttempt } from './execute-attempt';
import { recordOutcomes } from './record-outcomes';
import { runHooks } from './run-hooks';
import { type Sleep, sleepLong } from './sleep';

/** A run in this process, without Temporal. */
export interface LocalRun {
  readonly plan: RunPlan;
  /** As a workflow would give it; failed and cancelled resources are in it too. */
  readonly result: LoadIntervalResult;
  /** What was loaded, one for each source. */
  readonly infos: readonly LoadInfo[];
  /** What each outcome's failure was thrown as, by the place of the outcome; undefined where none was. */
  readonly causes: readonly unknown[];
}

interface LocalRunOptions {
  readonly entry: Entry;
  readonly run: LoadIntervalInput;
  /** Ends the run before the next commit. */
  readonly signal: AbortSignal;
  readonly access?: RunAccess | undefined;
  readonly log?: Log | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Told what the run will do before it does it. */
  readonly onPlan?: ((plan: RunPlan) => void) | undefined;
  /** Told of each attempt of a task. */
  readonly onAttempt?: PlanExecutor['onAttempt'];
  /** How retries and timeouts are waited for; a test may put something else in its place. */
  readonly sleep?: Sleep | undefined;
}

/**
 * Plans and executes a run in this process: the same plan, order, attempts, ledger rows and hooks as on Temporal, with a
 * loop in place of the server. Nobody else makes attempts of it, so nothing is fenced and no slot is waited for.
 * @throws what planning throws; a resource that fails is in the result
 */
export async function executeRun(options: LocalRunOptions): Promise<LocalRun> {
  const { entry, run, signal, access = {}, log, onPlan } = options;
  const now = new Date().toISOString();
  const kind = run.kind ?? 'manual';
  let plan: RunPlan;
  try {
    checkBindings(entry, run.bind);
    plan = planRun({
      entry,
      components: listComponents(entry, run.resources),
      input: { version: 1, run, kind, startedAt: now, origin: `local/${randomUUID()}` },
      indexed: false,
    });
  } catch (cause) {
    const { code, message } = failureOf(cause);
    const unplanned = { version: 1, pipeline: entry.name, kind, interval: null, now } as const;
    const input = { ...unplanned, outcomes: [], sources: {}, error: { code, message } };
    await runHooks({ entry, input, signal, access, log });
    throw cause;
  }
  onPlan?.(plan);
  return executeLocally({ ...options, plan });
}

/** Executes what was planned in this process. Never throws. */
export async function executeLocally(
  options: LocalRunOptions & { readonly plan: RunPlan },
): Promise<LocalRun> {
  const { entry, run, plan, signal, access = {}, log = loadLog(entry.name), onProgress } = options;
  const { sleep = sleepLong } = options;
  const reports = collectReports(entry, plan);
  const checkpoints = new Map<string, () => Promise<void>>();
  let held: FailedAttempt | undefined;

  const attempt = async (input: LoadResourceInput): Promise<AttemptOutcome> => {
    if (signal.aborted) return { status: 'cancelled' };
    if (held !== undefined) return held;
    const late = new AbortController();
    const ended = new AbortController();
    const either = anySignal([signal, late.signal]);
    sleep(input.task.retry.timeoutMs, ended.signal).then(
      () => late.abort(),
      () => undefined,
    );
    try {
      const end = await executeAttempt({
        entry,
        input,
        signal: either.signal,
        access,
        watch: {
          log: options.log,
          onProgress,
          onComponent: (end) => reports.add(end, input.task.source),
          onCheckpointStore: ({ name, remove }) => checkpoints.set(name, remove),
        },
      });
      const timedOut = end.status === 'cancelled' && !signal.aborted;
      if (timedOut) return { ...TIMED_OUT, outcomes: end.outcomes };
      // somebody watches: a destination that was waited for in vain ends the run, which would wait again for each task
      const locked = end.outcomes?.find(({ error }) => error?.code === 'DESTINATION_LOCKED')?.error;
      if (end.status !== 'failed' || locked === undefined) return end;
      held = { status: 'failed', ...locked, retryable: false };
      return { ...end, retryable: false };
    } catch (error) {
      return { status: 'failed', ...failureOf(error) };
    } finally {
      ended.abort();
      either.dispose();
    }
  };
  const executor: PlanExecutor = {
    attempt,
    sleep: (ms) => sleep(ms, signal),
    cancelled: () => signal.aborted,
    onAttempt: options.onAttempt,
    async record(input) {
      const entries = input.entries.filter(({ error }) => error === undefined || !isBeyondRecord(error.code));
      if (entries.length === 0) return [];
      // whoever pressed Ctrl-C waits for nothing more, and what couldn't be written to was waited for
      const waits = !signal.aborted && entries.length === input.entries.length;
      const reach = waits ? { ...access, signal } : { ...access, lockWaitMs: 0 };
      try {
        return await recordOutcomes({ entry, input: { ...input, entries }, access: reach });
      } catch (error) {
        log.error('resources that ended without a load could not be written into the ledger', {
          error: failureOf(error).message,
        });
        return [];
      }
    },
    callHooks: (input) => runHooks({ entry, input, signal, access, log: options.log }),
  };
  const result = await executePlan({ run, plan, executor });
  // another run draws other load keys: nobody could go on from them. What can't be removed now is swept later
  for (const remove of checkpoints.values()) await remove().catch(() => undefined);
  return { plan, result, infos: reports.infos(result), causes: reports.causes(result) };
}
