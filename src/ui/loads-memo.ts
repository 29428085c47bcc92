import type { Interval } from '../interval';
import type { LedgerRow } from '../ledger';
import type { LoadView } from './api';

const MOST_KEPT = 100;

interface Kept {
  readonly rows: string;
  readonly loads: readonly LoadView[];
}

/** What loads of intervals did. It is read again only when the interval's ledger rows aren't what they were: counting costs more than they do. */
export class LoadsMemo {
  readonly #kept = new Map<string, Kept>();

  /** @param read called where they aren't known */
  async loads(
    of: { readonly pipeline: string; readonly interval: Interval; readonly rows: readonly LedgerRow[] },
    read: () => Promise<readonly LoadView[]>,
  ): Promise<readonly LoadView[]> {
    const key = JSON.stringify([of.pipeline, of.interval]);
    const rows = JSON.stringify(of.rows);
    const known = this.#kept.get(key);
    if (known?.rows === rows) return known.loads;
    const loads = await read();
    this.#kept.delete(key);
    this.#kept.set(key, { rows, loads });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return loads;
  }

  clear(): void {
    this.#kept.clear();
  }
}
