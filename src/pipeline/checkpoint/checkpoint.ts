import { randomUUID } from 'node:crypto';
import { redact } from '../../config';
import { TidemarkError } from '../../errors';
import type { CheckpointPace, Log, PageLog, State, SteppedPage } from '../../source';
import { ownField, putField } from '../../value';
import type { CheckpointHead, PageSegment } from './checkpoint-head';
import { type CheckpointStore, pagesOf } from './checkpoint-store';
import { PageWriter } from './page-writer';
import { decodePlain, encodePlain } from './plain-data';

interface CheckpointOptions {
  /** Of this load alone. */
  readonly store: CheckpointStore;
  /** What the load asks for and goes on from; a checkpoint of another one is discarded. */
  readonly fingerprint: string;
  /** Which attempt of the load it is, 1 or more. */
  readonly attempt: number;
  readonly pace: CheckpointPace;
  /** The resource that is resumed: its pages are counted. */
  readonly resource: string;
  readonly states: CheckpointStates;
  readonly log: Log;
  /** Told the id of each checkpoint that was written. */
  readonly onSaved?: ((id: string) => void) | undefined;
}

/** What `extract` changes in place; a resumed load finds in it what was kept. */
interface CheckpointStates {
  readonly resources: Readonly<Record<string, State>>;
  readonly source: State;
}

/** Attempts of one process begin at different times, so that the later one is known. */
let newestTime = 0;
/** More than any time that a clock shows: the attempt comes first, since hosts' clocks differ. */
const ATTEMPT = 4e12;

/** Greater for a later attempt, and for one that found the other's checkpoint: an attempt that another one fenced opens none. */
function nextWriter(attempt: number, found: CheckpointHead | undefined): number {
  newestTime = Math.max(Date.now(), newestTime + 1);
  return Math.max(attempt * ATTEMPT + newestTime, (found?.writer ?? 0) + 1);
}

/**
 * What a long extraction has so far, kept as one atomic unit: its pages, the states and the token that belong together.
 * The running values of incrementals, the working schema and the staged rows follow from the pages: a resumed load
 * passes those through the same code again, so none of them can be of another moment.
 * It never fails a load: what can't be kept is told in the log, and the load goes on without.
 */
export class Checkpoint implements PageLog {
  readonly #options: CheckpointOptions;
  readonly #writer: number;
  readonly #resumed: CheckpointHead | undefined;
  readonly #pages: PageWriter;
  #lastSaved = performance.now();
  #pagesSince = 0;
  #fresh = 0;
  #replayed = false;
  #off = false;
  #saving: Promise<void> = Promise.resolve();

  private constructor(options: CheckpointOptions, writer: number, resumed: CheckpointHead | undefined) {
    this.#options = options;
    this.#writer = writer;
    this.#resumed = resumed;
    const name = pagesOf(writer);
    this.#pages = new PageWriter(name, options.store.sink(name));
  }

  /** Opens the checkpoint of a load. The states are set to what an earlier attempt kept, if that is of use. */
  static async open(options: CheckpointOptions): Promise<Checkpoint> {
    const { store, fingerprint, states, log } = options;
    const found = await store.find();
    const writer = nextWriter(options.attempt, found);
    const usable = found?.fingerprint === fingerprint && (await hasItsPages(store, found));
    if (!usable) {
      await store.remove(writer);
      return new Checkpoint(options, writer, undefined);
    }
    // from now on an earlier attempt that still runs writes no more checkpoints
    const head = { ...found, id: randomUUID(), writer };
    await store.write(head);
    await store.tidy(head);
    restore(states, decodePlain(new Uint8Array(Buffer.from(head.states, 'base64'))) as CheckpointStates);
    log.info('goes on from a checkpoint', { resource: options.resource, checkpoint: found.id });
    return new Checkpoint(options, writer, head);
  }

  get token(): string | undefined {
    return this.#resumed?.token;
  }

  /** Whether the extraction went on from a token and nothing has come of it yet. */
  get untried(): boolean {
    return this.#resumed !== undefined && this.#replayed && this.#fresh === 0;
  }

  async *replay(): AsyncGenerator<SteppedPage> {
    const { store, resource } = this.#options;
    try {
      for (const segment of this.#resumed?.segments ?? []) yield* store.pages(segment);
    } catch (cause) {
      throw new TidemarkError(
        'EXTRACT_FAILED',
        `Resource "${resource}": the pages of its checkpoint can't be read any more (${messageOf(cause)}). Another attempt tries again, and starts from the beginning where they are gone.`,
        { cause, details: { resource } },
      );
    }
    this.#replayed = true;
  }

  keep(page: SteppedPage): void | Promise<void> {
    this.#fresh++;
    if (page.resource === this.#options.resource) this.#pagesSince++;
    if (this.#off) return;
    try {
      return this.#pages.append(page)?.catch((error) => this.#turnOff(error));
    } catch (error) {
      this.#turnOff(error);
    }
  }

  save(token: string): Promise<void> {
    const { everySeconds, everyPages } = this.#options.pace;
    const due = this.#pagesSince >= everyPages || performance.now() - this.#lastSaved >= everySeconds * 1000;
    if (this.#off || !due) return Promise.resolve();
    this.#lastSaved = performance.now();
    this.#pagesSince = 0;
    try {
      // all of it as it is now, whatever the author's code does while it is being written
      const { resources, source } = this.#options.states;
      const states = Buffer.from(encodePlain({ resources, source })).toString('base64');
      const pages = this.#pages.segment();
      this.#saving = Promise.all([this.#saving, pages])
        .then(([, segment]) => this.#write({ token, states, segment }))
        .catch((error) => this.#turnOff(error));
    } catch (error) {
      this.#turnOff(error);
    }
    return this.#saving;
  }

  async #write(taken: {
    readonly token: string;
    readonly states: string;
    readonly segment: PageSegment | undefined;
  }): Promise<void> {
    if (this.#off) return;
    const { store, fingerprint, onSaved } = this.#options;
    const { token, states, segment } = taken;
    const id = randomUUID();
    const segments = [...(this.#resumed?.segments ?? []), ...(segment === undefined ? [] : [segment])];
    await store.write({ version: 1, id, fingerprint, token, states, segments, writer: this.#writer });
    onSaved?.(id);
  }

  #turnOff(error: unknown): void {
    if (this.#off) return;
    this.#off = true;
    this.#options.log.warn('no more checkpoints are written; a retry starts from the last one', {
      resource: this.#options.resource,
      error: messageOf(error),
    });
  }

  /** Ends the writing; what was saved last stays for another attempt. */
  async close(): Promise<void> {
    await this.#saving;
    this.#off = true;
    await this.#pages.close().catch(() => {});
    this.#options.store.close();
  }

  /** Removes it: the load is committed, or has to start again from its beginning. That of a later attempt stays. */
  async discard(): Promise<void> {
    const { store, log, resource } = this.#options;
    await this.close();
    await store.remove(this.#writer).catch((error) =>
      log.warn('a checkpoint that nobody needs any more could not be removed', {
        resource,
        error: messageOf(error),
      }),
    );
  }
}

const messageOf = (error: unknown): string => redact(error instanceof Error ? error.message : String(error));

async function hasItsPages(store: CheckpointStore, { segments }: CheckpointHead): Promise<boolean> {
  for (const segment of segments) if (!(await store.isWhole(segment))) return false;
  return true;
}

function restore(states: CheckpointStates, kept: CheckpointStates): void {
  const put = (into: State, from: State): void => {
    for (const key of Object.keys(into)) delete into[key];
    for (const [key, value] of Object.entries(from)) putField(into, key, value);
  };
  for (const [name, state] of Object.entries(states.resources))
    put(state, ownField(kept.resources, name) ?? {});
  put(states.source, kept.source);
}
