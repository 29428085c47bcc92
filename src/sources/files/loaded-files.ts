import type { State } from '../../source';
import type { Timestamp } from '../../value';

interface Known {
  readonly identity: string;
  readonly ms: number;
}

/**
 * The files that earlier runs loaded at the border where this one begins: their identities with the instants of their
 * cursor. Only that border is kept; what lies before it isn't looked at again.
 */
export class LoadedFiles {
  readonly #state: State;
  readonly #lagMs: number;
  /** What is in the state, changed in place: a copy for each file would take quadratic time. */
  readonly #files: Record<string, string>;
  /** Of earlier runs and of this one, each from the oldest to the newest, and how many of each are forgotten. */
  readonly #queues: readonly { readonly known: Known[]; forgotten: number }[];

  constructor(state: State, lagSeconds: number) {
    this.#lagMs = lagSeconds * 1000;
    this.#files = { ...(state['files'] as Readonly<Record<string, string>> | undefined) };
    const earlier = Object.entries(this.#files)
      .map(([identity, instant]) => ({ identity, ms: Date.parse(instant) }))
      .sort((a, b) => a.ms - b.ms);
    this.#queues = [earlier, []].map((known) => ({ known, forgotten: 0 }));
    this.#state = state;
  }

  has(identity: string): boolean {
    return Object.hasOwn(this.#files, identity);
  }

  /**
   * Adds a file, and forgets those that no later run can meet. `last` is the cursor's last value in milliseconds. Files
   * are added in the order of their instants.
   */
  add(identity: string, at: Timestamp, last: number | undefined): void {
    const instant = at.toString();
    this.#files[identity] = instant;
    this.#queues[1]!.known.push({ identity, ms: Date.parse(instant) });
    const border = last === undefined ? Number.NEGATIVE_INFINITY : Math.floor(last) - this.#lagMs;
    for (const queue of this.#queues)
      for (; (queue.known[queue.forgotten]?.ms ?? border) < border; queue.forgotten++)
        delete this.#files[queue.known[queue.forgotten]!.identity];
    this.#state['files'] = this.#files;
  }
}
