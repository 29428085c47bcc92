import type { StoredReader, StoredWriter } from '../../src/destination/commit';
import { KnownFacts, SessionFacts } from '../../src/destination/duckdb/known-facts';
import { rememberingStored } from '../../src/destination/duckdb/remembering';
import type { Rule } from './rules';

interface Access {
  readonly reader: StoredReader;
  readonly writer: StoredWriter;
}

/** What one transaction does with the memory of its process. */
export interface Recollection {
  readonly access: Access;
  /** @param version that the commit made, undefined if it is unknown */
  committed(version: number | undefined): void;
  /** @param unknown whether the transaction may have been committed all the same */
  failed(unknown: boolean): void;
}

/**
 * What a worker's process knows of a dataset: right while the version of the dataset is the one that it knew it at. Reading
 * what is stored is the shipped code of a file that is locked; the version stands in for that lock.
 */
export class Memory {
  readonly #known = new KnownFacts();
  readonly #without: Rule | undefined;
  #version: number | undefined;

  constructor(without: Rule | undefined) {
    this.#without = without;
  }

  /** For a transaction that holds the lock. @param version of the dataset, as the lock's row says it */
  writing(access: Access, version: number): Recollection {
    if (this.#version !== version && this.#without !== 'memory-version') {
      this.#known.clear();
      this.#version = version;
    }
    const facts = new SessionFacts(this.#known);
    facts.begun();
    return {
      access: rememberingStored(access, facts),
      committed: (made) => {
        // Another transaction of this process may have learnt more before this answer came.
        const known = this.#version ?? 0;
        const isNewest = known === version || this.#without === 'memory-late';
        facts.ended(isNewest ? 'committed' : 'unknown');
        this.#version = isNewest && made !== undefined ? Math.max(known, made) : undefined;
      },
      failed: (unknown) => {
        facts.ended(unknown ? 'unknown' : 'rolled back');
        if (unknown) this.#version = undefined;
      },
    };
  }

  /** For a read that sees one moment, and of that moment the version too. */
  reading(access: Access, version: number): Access {
    if (this.#version !== version && this.#without !== 'memory-version') return access;
    const facts = new SessionFacts(this.#known);
    facts.begun();
    return rememberingStored(access, facts);
  }
}
