import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error';

/** The most tables that one transaction may change. */
const MOST_TABLES = 100;

/** An open transaction of a script. */
export interface Transaction {
  readonly id: string;
  /** How many changes were committed when it began. */
  readonly begun: number;
  /** Tables in which it updates or deletes. */
  readonly mutates: Set<string>;
  /** Those, and tables that it inserts into, as errors name them. */
  readonly writes: Map<string, string>;
}

/**
 * Which transactions may go on. Two that update, delete or merge in one table and overlap in time conflict; the later statement
 * is refused. Outside of a transaction such a statement waits for its turn. Inserts conflict with nothing.
 */
export class Transactions {
  #committed = 0;
  readonly #lastMutation = new Map<string, number>();
  readonly #holders = new Map<string, object>();
  readonly #waiting = new Set<() => void>();

  begin(): Transaction {
    return { id: randomUUID(), begun: this.#committed, mutates: new Set(), writes: new Map() };
  }

  /** @throws ApiError invalidQuery for a table too many */
  insert(transaction: Transaction, key: string, shown: string): void {
    transaction.writes.set(key, shown);
    if (transaction.writes.size > MOST_TABLES)
      throw new ApiError('invalidQuery', `Transaction mutates more than the limit of ${MOST_TABLES} tables`);
  }

  /** @throws ApiError invalidQuery for a conflict */
  mutate(transaction: Transaction, key: string, shown: string): void {
    this.insert(transaction, key, shown);
    const holder = this.#holders.get(key);
    const changed = (this.#lastMutation.get(key) ?? 0) > transaction.begun;
    if ((holder !== undefined && holder !== transaction) || changed) throw conflict(transaction, shown);
    this.#holders.set(key, transaction);
    transaction.mutates.add(key);
  }

  commit(transaction: Transaction): void {
    if (transaction.mutates.size > 0) this.#committed++;
    for (const key of transaction.mutates) this.#lastMutation.set(key, this.#committed);
    this.rollback(transaction);
  }

  rollback(transaction: Transaction): void {
    for (const key of transaction.mutates) this.#holders.delete(key);
    transaction.mutates.clear();
    this.#wake();
  }

  /** Runs a statement outside of a transaction, once no other one changes that table. */
  async alone<T>(key: string, work: () => Promise<T>, stopped: AbortSignal): Promise<T> {
    while (this.#holders.has(key)) await this.#change(stopped);
    const holder = {};
    this.#holders.set(key, holder);
    try {
      return await work();
    } finally {
      this.#lastMutation.set(key, ++this.#committed);
      this.#holders.delete(key);
      this.#wake();
    }
  }

  #change(stopped: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        stopped.removeEventListener('abort', stop);
        resolve();
      };
      const stop = (): void => {
        this.#waiting.delete(wake);
        reject(stopped.reason);
      };
      if (stopped.aborted) return stop();
      stopped.addEventListener('abort', stop, { once: true });
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}

export const conflict = ({ id }: Transaction, shown: string): ApiError =>
  new ApiError(
    'invalidQuery',
    `Transaction is aborted due to concurrent update against table ${shown}. Transaction ID: ${id}`,
  );
