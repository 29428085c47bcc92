import { Context } from '@temporalio/activity';
import type { AttemptOutcome, LoadResourceInput } from '../src/contracts';
import { failureOf, loadLog } from '../src/pipeline';
import type { Log } from '../src/source';

/** The log of a load: each line names pipeline, resource, interval and attempt, and the run in Temporal. */
export function activityLog(input: LoadResourceInput): Log {
  const { workflowId, runId } = Context.current().info.workflowExecution ?? {};
  const { pipeline, task, kind, range, attempt } = input;
  const known = { resource: task.name, kind, interval: range.interval, attempt, workflowId, runId };
  const log = loadLog(pipeline);
  const at =
    (level: keyof Log) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      log[level](message, { ...known, ...fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** The lines that an attempt itself writes, at its beginning and its end. */
interface AttemptLog {
  started(): void;
  ended(outcome: AttemptOutcome): void;
  aborted(status: 'stopped' | 'cancelled' | 'failed', error?: unknown): void;
}

/** @param wanted false where somebody watches the run in another way */
export function attemptLog(log: Log, wanted: boolean): AttemptLog {
  if (!wanted) return { started() {}, ended() {}, aborted() {} };
  const begun = performance.now();
  const seconds = (): number => Math.round(performance.now() - begun) / 1000;
  return {
    started: () => log.info('load started'),
    ended(outcome) {
      const outcomes = 'outcomes' in outcome ? (outcome.outcomes ?? []) : [];
      const rows = outcomes.reduce((sum, one) => sum + one.rows, 0);
      const failures = outcomes.flatMap(({ resource, error }) => (error ? { resource, ...error } : []));
      if (failures.length > 0) log.error('load failed', { seconds: seconds(), rows, failures });
      else log.info('load finished', { seconds: seconds(), rows });
    },
    aborted(status, error) {
      const { code, message } = failureOf(error);
      if (status === 'failed') log.error('load failed', { seconds: seconds(), code, error: message });
      else log.warn(`load ${status}`, { seconds: seconds() });
    },
  };
}
