import { Context } from '@temporalio/activity';
import type { LoadResourceInput, ResourceOutcome } from '../src/contracts';
import { loadLog } from '../src/pipeline';
import type { Log } from '../src/source';
import { factsOf } from './failures';

/** The log of a load: each line names pipeline, resource, interval and attempt, and the run in Temporal. */
export function activityLog(input: LoadResourceInput): Log {
  const { workflowId, runId } = Context.current().info.workflowExecution ?? {};
  const { pipeline, component: resource, kind, interval, attempt } = input;
  const known = { resource, kind, interval, attempt, workflowId, runId };
  const log = loadLog(pipeline);
  const at =
    (level: keyof Log) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      log[level](message, { ...known, ...fields });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** The lines that a load itself writes, at its beginning and its end. */
export interface LifeOfLoad {
  started(): void;
  ended(outcomes: readonly ResourceOutcome[]): void;
  aborted(status: 'stopped' | 'cancelled' | 'failed', error: unknown): void;
}

/** @param wanted false where somebody watches the run in another way */
export function lifeOfLoad(log: Log, wanted: boolean): LifeOfLoad {
  if (!wanted) return { started() {}, ended() {}, aborted() {} };
  const begun = performance.now();
  const seconds = (): number => Math.round(performance.now() - begun) / 1000;
  return {
    started: () => log.info('load started'),
    ended(outcomes) {
      const rows = outcomes.reduce((sum, outcome) => sum + outcome.rows, 0);
      const failures = outcomes.flatMap(({ resource, error }) => (error ? { resource, ...error } : []));
      if (failures.length > 0) log.error('load failed', { seconds: seconds(), rows, failures });
      else log.info('load finished', { seconds: seconds(), rows });
    },
    aborted(status, error) {
      const { code, message } = factsOf(error);
      if (status === 'failed') log.error('load failed', { seconds: seconds(), code, error: message });
      else log.warn(`load ${status}`, { seconds: seconds() });
    },
  };
}
