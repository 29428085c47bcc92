import { createHash } from 'node:crypto';
import { Refusal } from './refusal';

const KEPT_MS = 3_600_000;
/** An action may have 64 KB, which its command repeats. */
const MOST_KEPT = 1_000;

interface Done<T> {
  readonly digest: string;
  readonly result: Promise<T>;
  readonly at: number;
}

/** Does what has a key once: who sends the same key again gets what it led to, a failure too. */
export class Once<T> {
  readonly #done = new Map<string, Done<T>>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /**
   * @param what what is done, as JSON would have it
   * @throws Refusal 409 where the key stood for something else; what `work` throws
   */
  run(key: string, what: unknown, work: () => Promise<T>): Promise<T> {
    this.#forgetOld();
    const digest = createHash('sha256').update(JSON.stringify(what)).digest('base64url');
    const earlier = this.#done.get(key);
    if (earlier !== undefined) {
      if (earlier.digest === digest) return earlier.result;
      throw new Refusal(
        409,
        'KEY_USED',
        'This key was used for another action; draw a new one for each action.',
      );
    }
    const result = work();
    // who asks is told; nobody else has to be
    result.catch(() => undefined);
    this.#done.set(key, { digest, result, at: this.#now() });
    return result;
  }

  #forgetOld(): void {
    const since = this.#now() - KEPT_MS;
    for (const [key, { at }] of this.#done) {
      if (at > since && this.#done.size < MOST_KEPT) return;
      this.#done.delete(key);
    }
  }
}
