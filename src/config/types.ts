import type { InstantInput } from '../interval';
import type { Secret } from './secret';

/** What a config needs to know of a pipeline. */
export interface PipelineRef {
  readonly name: string;
  /** Whether each run has a dataset of its own. @default false */
  readonly devMode?: boolean;
}

/** What a config needs to know of a source. */
export interface SourceRef {
  readonly name: string;
  /** The resources that a run loads. */
  readonly resourceNames: readonly string[];
}

export interface TlsConfig {
  /** The name that the server's certificate must have, if it isn't the address. */
  readonly serverName?: string;
  /** Files, relative to the working folder. */
  readonly serverRootCaFile?: string;
  readonly clientCertFile?: string;
  readonly clientKeyFile?: string;
}

/** What a worker of this config may take of its machine. */
export interface WorkerLimitsConfig {
  /** Activities at a time: loads share one thread and commit one after the other. @default 4 */
  readonly maxConcurrentActivities?: number;
  /** Workflow runs that are kept in memory between their tasks. @default the SDK's own, by the size of the heap */
  readonly maxCachedWorkflows?: number;
  /** How long what is under way may go on when the worker is stopped: `'30s'`. @default '10s' */
  readonly gracefulStop?: string;
  /** Memory of the process beyond which no further load is started: `'2GB'`, `'512MB'`. One load may always run. @default none */
  readonly memoryLimit?: string;
}

/** Where Temporal is. What is left out comes from the SDK's environment variables and profile file; without any, an embedded server is started. */
export interface TemporalConfig {
  readonly address?: string;
  /** @default 'default' */
  readonly namespace?: string;
  /** @default 'tidemark' */
  readonly taskQueue?: string;
  readonly apiKey?: string | Secret;
  readonly tls?: boolean | TlsConfig;
  /** Profile of the SDK's `temporal.toml`. */
  readonly profile?: string;
  readonly worker?: WorkerLimitsConfig;
}

/**
 * How the resources of a run become activities: `none`, all of a source in one; `serialize`, one component (a resource with
 * its transformers) after the other; `parallel`, at once up to the limit; `parallel-isolated`, the same with a pipeline
 * state of its own for each component, `<pipeline>_<component>`, so that none waits for or disturbs another's.
 */
export type DecomposeKind = 'none' | 'serialize' | 'parallel' | 'parallel-isolated';
export type DecomposeConfig = DecomposeKind | { readonly kind: DecomposeKind; readonly limit?: number };
export type TriggerRuleName = 'all_success' | 'all_done' | 'one_success' | 'none_failed';
/** `interval`: each run loads its interval, stateless. `incremental`: each run goes on from the stored cursor. */
export type PipelineMode = 'interval' | 'incremental';

/** A webhook gets the event as JSON by POST. */
export interface WebhookHook {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | Secret>>;
}
export type Hook = ((event: Readonly<Record<string, unknown>>) => unknown) | WebhookHook;

/** Called after a run with what happened. A hook that fails never fails a load. */
export interface HooksConfig {
  readonly onFailure?: Hook;
  readonly onSuccess?: Hook;
  readonly onGap?: Hook;
}

/** Shared by all resources and chunks of the entry's sources within a worker; a rate limit with a `scope`, by all workers. */
export interface HttpLimitsConfig {
  readonly rateLimit?: { readonly requests: number; readonly per: string; readonly scope?: string };
  readonly concurrency?: number;
}

interface ScheduleCommon {
  /** IANA zone. @default 'UTC' */
  readonly timezone?: string;
  /** Where the data begins; aligns up to the first tick. Without an offset it is in the schedule's zone. */
  readonly startDate?: InstantInput;
  /** No interval starts after it. */
  readonly endDate?: InstantInput;
  /** Whether the complete intervals since startDate that have not been loaded are run. @default false */
  readonly catchup?: boolean;
  /** Each run starts up to this much later, at random: `'5m'`. @default none */
  readonly jitter?: string;
  /** @default false */
  readonly paused?: boolean;
  /** Each run starts this much after its tick: for a source that is late. @default none */
  readonly delay?: string;
  /** Moves only the start that incrementals get back; the interval stays what it is. @default none */
  readonly lookback?: string;
}
export type ScheduleConfig =
  | (ScheduleCommon & { readonly cron: string; readonly every?: never })
  /** A fixed period from the Unix epoch: `'90m'`. */
  | (ScheduleCommon & { readonly every: string; readonly cron?: never });

/** How a pipeline is run: in `defaults` for every entry, and in an entry where it differs. */
export interface RunConfig {
  /** @default 'serialize' */
  readonly decompose?: DecomposeConfig;
  /** @default 'all_done' */
  readonly triggerRule?: TriggerRuleName;
  /** Tries after the first one, of the source or destination. @default 3 */
  readonly retries?: number;
  /** Runs of the entry at a time, of every kind but backfills. @default 1 */
  readonly maxActiveRuns?: number;
  /** @default 'interval' */
  readonly mode?: PipelineMode;
  /** The longest one try of a resource may take. @default '1d' */
  readonly timeout?: string;
  readonly http?: HttpLimitsConfig;
  readonly hooks?: HooksConfig;
}

export interface ResourceOverride {
  readonly retries?: number;
  readonly timeout?: string;
}

/** One pipeline: what is loaded, where to, when. */
export interface PipelineConfig<P extends PipelineRef = PipelineRef, S extends SourceRef = SourceRef>
  extends RunConfig {
  readonly pipeline: P;
  /** Makes the source, or several. Called for each run. */
  readonly source: () => S | readonly S[];
  /** By resource. */
  readonly overrides?: Readonly<Record<string, ResourceOverride>>;
  /** Without it, the entry runs by hand only. */
  readonly schedule?: ScheduleConfig;
}

/** What `temporal.config.ts` exports. */
export interface TidemarkConfig<P extends PipelineRef = PipelineRef, S extends SourceRef = SourceRef> {
  readonly temporal?: TemporalConfig;
  readonly defaults?: RunConfig;
  readonly pipelines: readonly PipelineConfig<P, S>[];
}

export interface ResolvedTemporal {
  readonly address: string | undefined;
  readonly namespace: string | undefined;
  readonly taskQueue: string;
  readonly apiKey: Secret | undefined;
  readonly tls: boolean | TlsConfig | undefined;
  readonly profile: string | undefined;
}

export interface ResolvedWorker {
  readonly maxConcurrentActivities: number;
  readonly maxCachedWorkflows: number | undefined;
  readonly gracefulStopMs: number;
  readonly memoryLimitBytes: number | undefined;
}

export interface ResolvedSchedule {
  /** As Temporal and `parseCron` read it: the entry's cron, or `@every 90m`. */
  readonly cron: string;
  readonly timezone: string;
  /** ISO text in UTC. */
  readonly startDate: string | undefined;
  readonly endDate: string | undefined;
  readonly catchup: boolean;
  readonly jitterMs: number;
  readonly paused: boolean;
  readonly delayMs: number;
  /** A duration text, `1d`; calendar units count in the schedule's zone. */
  readonly lookback: string | undefined;
}

/** What an entry overrides for one resource; undefined where the entry's own value counts. */
export interface ResolvedOverride {
  readonly retries?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

/** A pipeline entry with every default filled in. Frozen. */
export interface ResolvedPipeline<P extends PipelineRef = PipelineRef, S extends SourceRef = SourceRef> {
  /** The pipeline's name: unique in the config. */
  readonly name: string;
  readonly pipeline: P;
  /** Makes new sources. */
  readonly sources: () => readonly S[];
  readonly decompose: { readonly kind: DecomposeKind; readonly limit: number };
  readonly triggerRule: TriggerRuleName;
  readonly retries: number;
  readonly maxActiveRuns: number;
  readonly mode: PipelineMode;
  readonly timeoutMs: number;
  readonly overrides: Readonly<Record<string, ResolvedOverride>>;
  readonly schedule: ResolvedSchedule | undefined;
  readonly http: HttpLimitsConfig;
  readonly hooks: HooksConfig;
}

/** A config, checked and complete. Frozen. */
export interface ResolvedConfig<P extends PipelineRef = PipelineRef, S extends SourceRef = SourceRef> {
  readonly temporal: ResolvedTemporal;
  readonly worker: ResolvedWorker;
  readonly pipelines: readonly ResolvedPipeline<P, S>[];
  /** What a user should know, such as a cron that Airflow would read in another way. */
  readonly warnings: readonly string[];
}
