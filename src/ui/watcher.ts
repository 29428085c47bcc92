import type { TidemarkClient } from '../operate';
import { type Findings, Inquiry } from './findings';

/** How Temporal is asked, and what becomes of it. */
export interface WatcherOptions {
  /** What is listened to. */
  readonly topics: () => ReadonlySet<string>;
  /** Reads a topic again, `happened` where something is known to have; true where it isn't what it was. */
  readonly readAgain: (topic: string, happened: boolean) => Promise<boolean>;
  readonly tell: (topic: string) => void;
  /** Whether reading a topic is billed: it isn't read by the clock then, and at most once a minute where something happens. */
  readonly isBilled: (topic: string) => boolean;
  readonly onError: (error: unknown) => void;
  /** How often Temporal is asked, in milliseconds. @default 2,000 */
  readonly askEveryMs?: number | undefined;
  /** Milliseconds. @default the clock */
  readonly now?: (() => number) | undefined;
}

const ASK_EVERY_MS = 2_000;
/** What nobody tells of, such as a load without Temporal, is seen so late; while something runs earlier. */
const READ_AT_LEAST_EVERY_MS = 60_000;
const READ_WHILE_RUNNING_EVERY_MS = 30_000;
const BILLED_PAUSE_MS = 60_000;
/** Reading a topic takes at most a fifth of the time: a dataset is others' too. */
const PAUSE_FACTOR = 4;

interface Known {
  readonly finding: string;
  readonly readAt: number;
  readonly tookMs: number;
}

/**
 * Looks for changes of what pages listen to, for all of them together and only while there are some: it asks Temporal what began
 * or ended, and only then, or after a while, is the dataset read again.
 */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #known = new Map<string, Known>();
  #inquiry: Inquiry;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #hurry = false;
  #closed = false;

  constructor(client: TidemarkClient, options: WatcherOptions) {
    this.#inquiry = new Inquiry(client);
    this.#options = options;
  }

  /** Another client is asked from now on. */
  use(client: TidemarkClient): void {
    this.#inquiry = new Inquiry(client);
    this.#known.clear();
    this.wake();
  }

  /** Begins where somebody listens now; ends by itself. */
  attend(): void {
    if (this.#timer === undefined) this.#plan(0);
  }

  /** Whether changes of a topic are looked for. */
  watches(topic: string): boolean {
    return this.#known.has(topic);
  }

  /** Something was done here: everything is read again at once. */
  wake(): void {
    this.#hurry = true;
    this.#plan(0);
  }

  /** What it is reading ends by itself, and is told to nobody. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #plan(afterMs: number): void {
    if (this.#closed || this.#round !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#round = this.#goRound()
        .catch((error: unknown) => {
          if (!this.#closed) this.#options.onError(error);
        })
        .finally(() => {
          this.#round = undefined;
          if (this.#options.topics().size === 0) this.#known.clear();
          else this.#plan(this.#hurry ? 0 : (this.#options.askEveryMs ?? ASK_EVERY_MS));
        });
    }, afterMs);
  }

  async #goRound(): Promise<void> {
    const { topics, readAgain, tell } = this.#options;
    const hurry = this.#hurry;
    this.#hurry = false;
    const wanted = topics();
    for (const topic of this.#known.keys()) if (!wanted.has(topic)) this.#known.delete(topic);
    if (wanted.size === 0) return;
    const inquiry = this.#inquiry;
    const findings = await inquiry.findings();
    for (const topic of wanted) {
      if (this.#closed || inquiry !== this.#inquiry) return;
      const finding = findingOf(topic, findings);
      if (!hurry && !this.#isDue(topic, finding, findings.running)) continue;
      const known = this.#known.get(topic);
      const happened = hurry || (known !== undefined && known.finding !== finding);
      const begun = this.#now();
      // from now on its answers hold until it is read again
      this.#known.set(topic, { finding, readAt: begun, tookMs: 0 });
      const changed = await readAgain(topic, happened);
      if (this.#closed || inquiry !== this.#inquiry) return;
      this.#known.set(topic, { finding, readAt: this.#now(), tookMs: this.#now() - begun });
      if (changed) tell(topic);
    }
  }

  #isDue(topic: string, finding: string, running: boolean): boolean {
    const known = this.#known.get(topic);
    if (known === undefined) return true;
    const since = this.#now() - known.readAt;
    const isBilled = this.#options.isBilled(topic);
    if (since < Math.max(known.tookMs * PAUSE_FACTOR, isBilled ? BILLED_PAUSE_MS : 0)) return false;
    if (finding !== known.finding) return true;
    return !isBilled && since >= (running ? READ_WHILE_RUNNING_EVERY_MS : READ_AT_LEAST_EVERY_MS);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

function findingOf(topic: string, { overall, ofPipeline }: Findings): string {
  const [, pipeline] = /^pipeline:(.*)$/s.exec(topic) ?? [];
  return pipeline === undefined ? overall : (ofPipeline.get(pipeline) ?? overall);
}
