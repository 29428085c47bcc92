/** What was read of a dataset's own tables, kept for as long as nobody else can write them. */
export interface FactMemory {
  /** A fact: remembered, or read now. */
  of<T>(key: FactKey, read: () => Promise<T>): Promise<T>;
  /** A fact of this transaction or a known one; undefined if it isn't known. */
  known(key: FactKey): { readonly value: unknown } | undefined;
  /** All facts of a list as of one moment, or undefined if any of them isn't known. */
  recall(keys: readonly FactKey[]): readonly unknown[] | undefined;
  /** What this transaction makes of a fact, for everyone once it has committed. */
  become(key: FactKey, value: unknown): void;
  /** A fact that this transaction changes. */
  forget(key: FactKey): void;
  /** This transaction changes who holds which load key. */
  forgetHolders(): void;
  /** This transaction changes all. */
  forgetAll(): void;
}

/** A kind of fact, and whose it is: a schema's name, a pipeline, a load key. */
export type FactKey =
  | 'lastLoadId'
  | 'datasetId'
  | `${'schema' | 'state' | 'generations' | 'holder'}\n${string}`;

type Change = { readonly value: unknown } | 'forgotten';

/** The facts of one dataset that hold for every session: those of committed transactions. */
export class KnownFacts {
  readonly #facts = new Map<FactKey, unknown>();
  #version = 0;

  /** Counts the commits that changed a fact. */
  get version(): number {
    return this.#version;
  }

  has(key: FactKey): boolean {
    return this.#facts.has(key);
  }

  get(key: FactKey): unknown {
    return this.#facts.get(key);
  }

  /** @param version as of when it was read: what was committed since may have changed it */
  keep(key: FactKey, value: unknown, version: number): void {
    if (version === this.#version) this.#facts.set(key, value);
  }

  clear(): void {
    this.#version += 1;
    this.#facts.clear();
  }

  commit(changes: ReadonlyMap<FactKey, Change>, holdersChanged: boolean): void {
    if (changes.size === 0 && !holdersChanged) return;
    this.#version += 1;
    if (holdersChanged) for (const key of this.#facts.keys()) if (isHolder(key)) this.#facts.delete(key);
    for (const [key, change] of changes) {
      if (change === 'forgotten') this.#facts.delete(key);
      else this.#facts.set(key, change.value);
    }
  }
}

/** The facts as one session sees them: those of its own transaction before it commits, then the known ones. */
export class SessionFacts implements FactMemory {
  readonly #known: KnownFacts;
  readonly #changes = new Map<FactKey, Change>();
  #holdersChanged = false;
  #allChanged = false;
  /** Version when the transaction began, whose reads see nothing later. */
  #since: number | undefined;

  constructor(known: KnownFacts) {
    this.#known = known;
  }

  begun(): void {
    this.#since = this.#known.version;
  }

  /** @param how `unknown` where the commit itself failed: nothing that was known can be relied on then */
  ended(how: 'committed' | 'rolled back' | 'unknown'): void {
    if (how === 'committed') this.#known.commit(this.#changes, this.#holdersChanged);
    if (how === 'unknown' || (how === 'committed' && this.#allChanged)) this.#known.clear();
    this.#changes.clear();
    this.#allChanged = false;
    this.#holdersChanged = false;
    this.#since = undefined;
  }

  async of<T>(key: FactKey, read: () => Promise<T>): Promise<T> {
    const known = this.known(key);
    if (known !== undefined) return known.value as T;
    const version = this.#since ?? this.#known.version;
    const value = frozen(await read());
    if (!this.#isChanged(key)) this.#known.keep(key, value, version);
    return value;
  }

  known(key: FactKey): { readonly value: unknown } | undefined {
    const own = this.#changes.get(key);
    if (own !== undefined && own !== 'forgotten') return own;
    if (this.#isChanged(key) || !this.#known.has(key)) return undefined;
    return { value: this.#known.get(key) };
  }

  #isChanged(key: FactKey): boolean {
    return this.#allChanged || this.#changes.has(key) || (this.#holdersChanged && isHolder(key));
  }

  forgetAll(): void {
    this.#allChanged = true;
    this.#changes.clear();
  }

  recall(keys: readonly FactKey[]): readonly unknown[] | undefined {
    return keys.every((key) => this.#known.has(key)) ? keys.map((key) => this.#known.get(key)) : undefined;
  }

  become(key: FactKey, value: unknown): void {
    this.#changes.set(key, { value: frozen(value) });
  }

  forget(key: FactKey): void {
    this.#changes.set(key, 'forgotten');
  }

  forgetHolders(): void {
    this.#holdersChanged = true;
    for (const key of this.#changes.keys()) if (isHolder(key)) this.#changes.delete(key);
  }
}

const isHolder = (key: FactKey): boolean => key.startsWith('holder\n');

/** What is remembered is everybody's: who would change it must make a copy. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
