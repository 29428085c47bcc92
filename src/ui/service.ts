import { basename } from 'node:path';
import type { TidemarkClient } from '../operate';
import { act, checkNamed, pipelineOf } from './act';
import type { Action, ActionRequest, ActionResult, Session } from './api';
import { commandOf } from './command-of';
import { Listeners } from './listeners';
import { LoadsMemo } from './loads-memo';
import { Once } from './once';
import { Refusal } from './refusal';
import { SharedReader } from './shared-reader';
import { Watcher } from './watcher';

/** What a page's server is made for. */
export interface ServiceOptions {
  readonly client: TidemarkClient;
  readonly version: string;
  readonly readOnly: boolean;
  /** What commands need as `--config`. */
  readonly config: string | undefined;
  /** Called with what nobody foresaw. */
  readonly onError: (error: unknown) => void;
  readonly askEveryMs?: number | undefined;
}

/** Who looks at a page wants it now. */
const TEMPORAL_WITHIN_MS = 5_000;
const SERVER_WITHIN_MS = 3_000;
const ACTS_WITHIN_MS = 60_000;

/** What stands behind all pages: one reader, one watcher, one memory of what was done. */
export class Service {
  readonly reader: SharedReader;
  readonly listeners: Listeners;
  readonly loads = new LoadsMemo();
  readonly #watcher: Watcher;
  readonly #once = new Once<ActionResult>();
  readonly #options: ServiceOptions;
  #client: TidemarkClient;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#client = options.client;
    this.listeners = new Listeners(() => this.#watcher.attend());
    this.reader = new SharedReader((topic) => this.#watcher.watches(topic));
    this.#watcher = new Watcher(options.client, {
      topics: () => this.listeners.topics(),
      readAgain: (topic, happened) => this.reader.readAgain(topic, happened),
      tell: (topic) => this.listeners.tell(topic),
      isBilled: (topic) => this.isBilled(topic),
      onError: options.onError,
      askEveryMs: options.askEveryMs,
    });
  }

  get config(): string | undefined {
    return this.#options.config;
  }

  get client(): TidemarkClient {
    return this.#client;
  }

  /** Serves what another client reads from now on, such as that of a changed config. Pages are told that everything changed. */
  use(client: TidemarkClient): void {
    this.#client = client;
    this.reader.clear();
    this.loads.clear();
    this.#watcher.use(client);
    for (const topic of this.listeners.topics()) this.listeners.tell(topic);
  }

  /** Whether reading a topic is billed, the overview where that of one pipeline is. */
  isBilled(topic: string): boolean {
    return this.#client.config.pipelines.some(
      ({ name, pipeline }) =>
        pipeline.destination.billsReading === true && (topic === 'overview' || topic === `pipeline:${name}`),
    );
  }

  /** Reads with a bound on how long Temporal is waited for. Where there is no server, none is started. */
  async bounded<T>(read: () => Promise<T>): Promise<T> {
    const access = await this.#client.temporalIfAny().catch(() => undefined);
    return access === undefined ? read() : access.client.withDeadline(Date.now() + TEMPORAL_WITHIN_MS, read);
  }

  async session(): Promise<Session> {
    const { config, directory } = this.#client.deployment;
    const temporal = await within(SERVER_WITHIN_MS, this.#client.temporalIfAny());
    return {
      version: this.#options.version,
      project: basename(directory),
      pipelines: config.pipelines.map(({ name }) => name),
      readOnly: this.#options.readOnly,
      temporal: {
        address: temporal?.address,
        namespace: temporal?.namespace,
        uiUrl: temporal?.uiUrl,
      },
    };
  }

  /**
   * Does what a person asked for, once for each key.
   * @throws Refusal 403 where the server is read-only, 409 where the key stood for another action; what {@link act} throws
   */
  async act({ key, action }: ActionRequest): Promise<ActionResult> {
    if (this.#options.readOnly)
      throw new Refusal(
        403,
        'READ_ONLY',
        'This page is for reading only; its server was started with --read-only.',
      );
    return this.#once.run(key, action, () => this.#act(action));
  }

  close(): void {
    this.listeners.endAll();
    this.#watcher.close();
  }

  async #act(action: Action): Promise<ActionResult> {
    const client = this.#client;
    // what is refused starts no server
    checkNamed(client, action);
    const command = commandOf(action, { config: this.config });
    const { client: temporal } = await client.temporal();
    try {
      const acted = await temporal.withDeadline(Date.now() + ACTS_WITHIN_MS, () => act(client, action));
      return { ...acted, command };
    } finally {
      // also where it failed: it may have been done all the same
      this.#acted(pipelineOf(client, action));
    }
  }

  #acted(pipeline: string | undefined): void {
    this.reader.invalidate('overview');
    if (pipeline !== undefined) this.reader.invalidate(`pipeline:${pipeline}`);
    this.#watcher.wake();
  }
}

/** What comes in time; undefined of what doesn't, or fails. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([work.catch(() => undefined), late]).finally(() => clearTimeout(timer));
}
