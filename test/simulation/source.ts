import type { ResourceLoad } from '../../src/destination/types';
import { type IncrementalDefinition, incremental } from '../../src/incremental';
import type { Random } from './random';

/** Seconds since the epoch of the source's first tick. */
const FIRST = 1_700_000_000;
/** Ticks before the first live run: what backfills load. */
export const HISTORY = 12;
/** Rows of a resource in that time. */
const ITEMS = 7;

export const secondsOf = (tick: number): number => FIRST + tick;
export const isoOf = (tick: number): string => new Date(secondsOf(tick) * 1000).toISOString();
export const tickOf = (seconds: number): number => seconds - FIRST;

/** A resource of the virtual source, and how it is loaded. */
export interface Kind extends Pick<ResourceLoad, 'disposition' | 'primaryKey' | 'strategy' | 'onRerun'> {
  readonly name: string;
  /** Whether its rows are edited, which moves them to the time of the edit; else each is written once. */
  readonly edited: boolean;
  /** Whether rows of history are deleted at the source, which only a slice that is replaced, or a refresh, shows. */
  readonly deleted?: boolean;
  /** Whether each row is there once, whatever is loaded in whatever order; else overlaps are refused, or wanted. */
  readonly keyed: boolean;
}

const APPENDED = { disposition: 'append', edited: false } as const;
const MERGED = { disposition: 'merge', primaryKey: ['id'], edited: true, keyed: true } as const;

export const KINDS: readonly Kind[] = [
  { ...APPENDED, name: 'log', primaryKey: [], keyed: false },
  { ...APPENDED, name: 'events', primaryKey: ['id'], keyed: true },
  { ...APPENDED, name: 'again', primaryKey: [], keyed: false, onRerun: 'append' },
  { ...MERGED, name: 'records' },
  { ...MERGED, name: 'documents', strategy: 'upsert' },
  { ...MERGED, name: 'slices', onRerun: 'replace', deleted: true },
];

export const CURSOR: IncrementalDefinition<number> = incremental({
  cursor: 'ts',
  type: 'unix',
  initialValue: secondsOf(HISTORY),
  allowExternalSchedulers: true,
});

/** A row of the source as it is by now. */
export interface Item {
  readonly id: number;
  readonly version: number;
  /** When it came, or was edited last. */
  readonly tick: number;
  /** Where it stands among the rows of its time: behind all that came before it. */
  readonly order: number;
  /** How it looks, since then: with a new field, then with a fraction in a number. */
  readonly shape: number;
}

/** The children that a row comes with. */
export const childrenOf = ({ id, version }: Pick<Item, 'id' | 'version'>): number => 1 + ((id + version) % 2);

/** What the source has: rows by the time of their last change. */
export class VirtualSource {
  readonly #random: Random;
  /** What was deleted of a resource, by the step at which it was. */
  readonly gone = new Map<string, { readonly item: Item; readonly step: number }[]>();
  readonly #items = new Map<string, Map<number, Item>>();
  readonly #kinds: readonly Kind[];
  /** Its own time: no row is later. */
  tick = HISTORY;
  /** How rows look that come by now. */
  shape = 0;
  #next = ITEMS;
  #order = ITEMS;

  constructor(random: Random, kinds: readonly Kind[]) {
    this.#random = random;
    this.#kinds = kinds;
    for (const { name } of kinds) {
      const ticks = Array.from({ length: ITEMS }, () => random.below(HISTORY)).sort((a, b) => a - b);
      this.#items.set(
        name,
        new Map(ticks.map((tick, id) => [id, { id, version: 0, tick, order: id, shape: 0 }])),
      );
    }
  }

  items(kind: Kind): readonly Item[] {
    return [...this.#items.get(kind.name)!.values()];
  }

  /** One row comes, or is edited, a little later or at the same time as the last one. */
  change(step: number): void {
    if (this.#random.chance(0.7)) this.tick += 1 + this.#random.below(2);
    const kind = this.#random.pick(this.#kinds);
    const items = this.#items.get(kind.name)!;
    if (kind.deleted === true && this.#random.chance(0.5)) {
      this.#delete(kind, items, step);
      return;
    }
    const edits = kind.edited && items.size > 0 && this.#random.chance(0.6);
    const id = edits ? this.#random.pick([...items.keys()]) : this.#next++;
    // a second change of a row at the time of its first one is one that no cursor shows
    if (items.get(id)?.tick === this.tick) this.tick += 1;
    const version = (items.get(id)?.version ?? -1) + 1;
    items.set(id, { id, version, tick: this.tick, order: this.#order++, shape: this.shape });
  }

  #delete({ name }: Kind, items: Map<number, Item>, step: number): void {
    const old = [...items.values()].filter(({ tick }) => tick < HISTORY);
    if (old.length === 0) return;
    const item = this.#random.pick(old);
    items.delete(item.id);
    this.gone.set(name, [...(this.gone.get(name) ?? []), { item, step }]);
  }

  /** A page of what a range has by now, after a place in it. */
  page(
    kind: Kind,
    from: { readonly after: Item | undefined; readonly start: number; readonly end: number },
  ): Item[] {
    const { after, start, end } = from;
    return this.items(kind)
      .filter(({ tick, order }) => {
        if (tick < start || tick >= end) return false;
        return after === undefined || tick > after.tick || (tick === after.tick && order > after.order);
      })
      .sort((a, b) => a.tick - b.tick || a.order - b.order)
      .slice(0, 3);
  }

  /** A row as the API gives it. */
  rowOf(item: Item): Record<string, unknown> {
    const { id, version, tick, shape } = item;
    const row: Record<string, unknown> = { id, version, ts: secondsOf(tick), amount: id };
    if (shape >= 1) row['note'] = `n${version}`;
    if (shape >= 2) row['amount'] = id + 0.5;
    row['lines'] = Array.from({ length: childrenOf(item) }, (_, at) => ({ at }));
    return row;
  }
}
