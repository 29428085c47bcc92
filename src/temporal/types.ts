import type { Client, Connection, ConnectionOptions } from '@temporalio/client';
import type { BackfillProgress, LoadIntervalResult } from '../contracts';
import type { Interval } from '../interval';

/** The environment as src/config reads it; nothing below reads `process.env` itself. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A running embedded development server. */
export interface EmbeddedServer {
  readonly address: string;
  readonly uiUrl: string;
  readonly namespace: string;
  /** Process id of the server. */
  readonly pid: number;
  /** False if another process of the same project had it running already; `stop` then leaves it alone. */
  readonly owned: boolean;
  /** Resolves when this process doesn't hold the server any more: it ended, what keeps it was killed, or `stop` was called. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** A connection to Temporal, and the embedded server if there is one. */
export interface TemporalAccess {
  readonly connection: Connection;
  readonly client: Client;
  readonly address: string;
  readonly namespace: string;
  /** What a worker needs for its own connection. */
  readonly connectOptions: ConnectOptions;
  /** Whether the namespace has tidemark's search attributes. */
  readonly indexed: boolean;
  /** Address of the web UI; undefined where Temporal is somebody else's. */
  readonly uiUrl: string | undefined;
  readonly embedded: EmbeddedServer | undefined;
  /** Closes the connection and stops the embedded server if this process started it. */
  close(): Promise<void>;
}

/** Certificates and names of a TLS connection, as the SDK takes them. */
export type TlsSettings = Exclude<NonNullable<ConnectionOptions['tls']>, boolean>;

/** How the server is reached, complete: the same for a client and a worker. */
export interface ConnectOptions {
  readonly address: string;
  readonly namespace: string;
  readonly apiKey?: string;
  readonly tls?: TlsSettings | boolean;
  readonly metadata?: Record<string, string>;
}

/** One field of a Schedule that differs between the server and the config. */
export interface Difference {
  readonly field: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface ScheduleChange {
  readonly scheduleId: string;
  readonly pipeline: string;
  readonly action: 'create' | 'update' | 'delete' | 'unchanged';
  readonly differences: readonly Difference[];
}

export interface CatchUpStart {
  readonly pipeline: string;
  readonly workflowId: string;
  readonly from: string;
  readonly to: string;
  /** False if it was running already, or for a dry run. */
  readonly started: boolean;
  /** In what the one that was running already differs from this; undefined where it does the same. */
  readonly differences?: readonly Difference[] | undefined;
}

/** What `deploy` did, or with `dryRun` would do. */
export interface DeployReport {
  readonly schedules: readonly ScheduleChange[];
  readonly catchUps: readonly CatchUpStart[];
  /** Things a user should know, such as a cron that differs from Airflow's reading of it. */
  readonly warnings: readonly string[];
}

export interface StartedRun {
  readonly workflowId: string;
  readonly runId: string;
  /** True if this very run was under way already, and is what the ids name. */
  readonly attached: boolean;
}

/** How a run ended. A failed one has what was loaded all the same. */
export interface RunEnd {
  readonly workflowId: string;
  readonly status: 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timedOut';
  readonly result: LoadIntervalResult | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

export interface BackfillEnd {
  readonly workflowId: string;
  readonly status: RunEnd['status'];
  readonly result: BackfillProgress | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

export interface RunSummary {
  readonly workflowId: string;
  readonly runId: string;
  readonly pipeline: string;
  readonly kind: 'load' | 'backfill';
  readonly status: string;
  readonly interval: Interval | undefined;
  readonly startedAt: Date;
  readonly closedAt: Date | undefined;
}

export interface ScheduleStatus {
  readonly pipeline: string;
  readonly scheduleId: string;
  readonly exists: boolean;
  readonly paused: boolean;
  readonly note: string | undefined;
  readonly nextTick: Date | undefined;
  readonly lastTick: Date | undefined;
}
