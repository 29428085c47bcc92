import type { Client } from '@temporalio/client';
import { environmentVariables } from '../config';
import { type Dataset, withLoadWatch } from '../destination';
import type { Pipeline } from '../pipeline';
import { connectionSettings, hasServerData, openTemporal, type TemporalAccess } from '../temporal';
import type { Deployment } from './deployment';

/** A worker gives a file away between two pieces of work: after a commit, at the longest. */
const LOCK_WAIT_MS = 30_000;

/** How a client reaches Temporal and datasets. */
export interface ClientOptions {
  /** Called with a line for each thing on the way to Temporal that takes long, such as fetching its CLI. */
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Called once a use of a dataset if another process holds it and it is waited for. */
  readonly onLockWait?: ((held: Error) => void) | undefined;
  /** How long a dataset that another process holds is waited for, in milliseconds. @default 30 seconds */
  readonly lockWaitMs?: number | undefined;
  /**
   * So long, in milliseconds, a Temporal that couldn't be reached isn't waited for again: who asks is told at once why, and it is tried
   * once more behind their back. @default 0: whoever asks tries again
   */
  readonly retryAfterMs?: number | undefined;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
  /** A connection that is open already: it is used, and left open by `close`. @default opened when it is first needed */
  readonly temporal?: TemporalAccess | undefined;
}

/** What a client holds: the way to Temporal once it was needed. A dataset is opened for one use, and let go again. */
export class Access {
  readonly deployment: Deployment;
  readonly #options: ClientOptions;
  readonly #open: typeof openTemporal;
  #temporal: Promise<TemporalAccess> | undefined;
  #failed: { readonly error: unknown; readonly at: number } | undefined;

  constructor(deployment: Deployment, options: ClientOptions, open: typeof openTemporal = openTemporal) {
    this.deployment = deployment;
    this.#options = options;
    this.#open = open;
  }

  /** @throws TEMPORAL_UNAVAILABLE, TEMPORAL_NOT_INSTALLED, SERVER_START_FAILED */
  temporal(): Promise<TemporalAccess> {
    const { temporal, retryAfterMs = 0 } = this.#options;
    if (temporal !== undefined) return Promise.resolve(temporal);
    const failed = this.#failed;
    if (failed === undefined) return this.#temporal ?? this.#openTemporal();
    if (this.#temporal === undefined && Date.now() - failed.at >= retryAfterMs) void this.#openTemporal();
    return Promise.reject(failed.error);
  }

  #openTemporal(): Promise<TemporalAccess> {
    const { onProgress, signal, retryAfterMs = 0 } = this.#options;
    const { config, directory } = this.deployment;
    const opening = this.#open({
      temporal: config.temporal,
      env: environmentVariables({ directory }),
      projectDir: directory,
      onProgress,
      signal,
    });
    this.#temporal = opening;
    opening.then(
      () => {
        this.#failed = undefined;
      },
      (error: unknown) => {
        if (this.#temporal !== opening) return;
        // the next call tries again
        this.#temporal = undefined;
        if (retryAfterMs > 0) this.#failed = { error, at: Date.now() };
      },
    );
    return opening;
  }

  /**
   * As {@link temporal}, for who only looks: undefined where the project would need an embedded server and never had one,
   * so that nothing is deployed there.
   */
  async temporalIfAny(): Promise<TemporalAccess | undefined> {
    const { config, directory } = this.deployment;
    if (this.#options.temporal !== undefined || this.#temporal !== undefined || hasServerData(directory))
      return this.temporal();
    const settings = connectionSettings({
      temporal: config.temporal,
      env: environmentVariables({ directory }),
      projectDir: directory,
    });
    return settings === undefined ? undefined : this.temporal();
  }

  /** Temporal's own client. @throws as {@link temporal} */
  async client(): Promise<Client> {
    return (await this.temporal()).client;
  }

  /**
   * Opens the dataset of a pipeline for as long as `use` takes. If another process holds it, it is waited for.
   *
   * @param lockWaitMs how long. @default the client's own
   *
   * @throws DESTINATION_LOCKED naming the process that has it, DESTINATION_NOT_A_DATABASE, and what `use` throws
   */
  async withDataset<T>(
    { pipeline }: { readonly pipeline: Pick<Pipeline, 'openDataset'> },
    use: (dataset: Dataset) => Promise<T>,
    lockWaitMs = this.#options.lockWaitMs ?? LOCK_WAIT_MS,
  ): Promise<T> {
    const { onLockWait, signal } = this.#options;
    let called = false;
    const watch = {
      lockWaitMs,
      onLockWait(held: Error): void {
        if (!called) onLockWait?.(held);
        called = true;
      },
    };
    return withLoadWatch(signal === undefined ? watch : { ...watch, signal }, async () => {
      const dataset = await pipeline.openDataset(signal);
      try {
        return await use(dataset);
      } finally {
        await dataset.close();
      }
    });
  }

  /** Closes the connection that it opened, and the embedded server with it if it started that. */
  async close(): Promise<void> {
    const opened = this.#temporal;
    this.#temporal = undefined;
    const temporal = await opened?.catch(() => undefined);
    await temporal?.close();
  }
}
