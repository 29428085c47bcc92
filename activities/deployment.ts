import { Context } from '@temporalio/activity';
import type { EntryConfig, RunAccess, WorkflowRun } from '../src/run';

/** What the activities work for and with. */
export interface Deployment extends Pick<RunAccess, 'engine' | 'lockWaitMs'> {
  readonly config: EntryConfig;
  /** Whether the namespace has tidemark's search attributes. @default false */
  readonly indexed?: boolean | undefined;
  /** Silence after which a worker is taken for dead. @default 30 s */
  readonly heartbeatTimeoutMs?: number | undefined;
  /** By what name a dataset on this host's disk is told from one on another's. @default the system's host name */
  readonly host?: string | undefined;
  /** Whether the worker takes no work any more: loads that extract stop at their next page. @default never */
  readonly stopping?: (() => boolean) | undefined;
  /** Whether loads write log lines, as JSON on stderr. @default false */
  readonly logLoads?: boolean | undefined;
}

/** The run that the current activity belongs to; undefined where the activity was called by itself. */
export function workflowRun(): WorkflowRun | undefined {
  const { workflowId, runId } = Context.current().info.workflowExecution ?? {};
  return workflowId === undefined || runId === undefined ? undefined : { workflowId, runId };
}
