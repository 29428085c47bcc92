import type { FilePlace } from './file-place';
import { KnownFacts } from './known-facts';
import { KnownTables } from './known-tables';

/** What is remembered of a file for exactly as long as it is open (open-file.ts): meanwhile only this process can change it. */
export class KnownFile {
  /** The name under which DuckDB knows the file. */
  catalog: string | undefined;
  readonly tables = new KnownTables();
  /** Whether it is still at its path. */
  readonly place: FilePlace;
  /** Whether DuckDB refuses all further work on the open file, which has to be opened anew. */
  isSpent = false;
  readonly #facts = new Map<string, KnownFacts>();

  constructor(place: FilePlace) {
    this.place = place;
  }

  factsOf(dataset: string): KnownFacts {
    const facts = this.#facts.get(dataset) ?? new KnownFacts();
    this.#facts.set(dataset, facts);
    return facts;
  }
}
