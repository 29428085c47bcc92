import { randomFor } from '../emulator-kit';
import { idOf, KINDS, type Kind } from './kinds';

export type StripeRow = { readonly id: string; readonly object: string; readonly created: number } & Readonly<
  Record<string, unknown>
>;

export interface EventRow extends StripeRow {
  readonly type: string;
  readonly data: { readonly object: StripeRow };
}

export interface DatasetOptions {
  /** @default 1 */
  readonly seed?: number;
  /** Customers at most, and as many of the rest. @default as many as there is time for */
  readonly size?: number;
  /** ISO text: the first objects are created. @default '2024-01-01T00:00:00Z' */
  readonly from?: string;
  /** Hours between two customers; two each are of the same second. @default 12 */
  readonly everyHours?: number;
}

export interface Dataset {
  /** Objects of a path as they are at an instant of unix seconds, newest first. */
  list(path: string, now: number): readonly StripeRow[];
  /** Events of the 30 days before an instant, newest first. */
  events(now: number): readonly EventRow[];
  /** Changes an object from an instant on, and says so in an event. */
  update(id: string, at: number, values: Readonly<Record<string, unknown>>): void;
  /** Deletes an object from an instant on, and says so in an event. */
  remove(id: string, at: number): void;
}

interface Stored {
  readonly kind: Kind;
  readonly first: StripeRow;
  /** In order of time. */
  readonly changes: { readonly at: number; readonly values: Readonly<Record<string, unknown>> }[];
  removedAt: number;
}

const DAY = 86_400;
const EVENT_DAYS = 30;
/** Every so manyeth object is updated, some days after it was created. */
const UPDATED = 5;
const UPDATED_AFTER = 3 * DAY;
/** What events are rendered in: the version of an account that was never upgraded. */
const EVENT_VERSION = '2020-08-27';

const newestFirst = (a: StripeRow, b: StripeRow): number => b.created - a.created || (a.id < b.id ? 1 : -1);

function rowAt({ first, changes }: Stored, now: number): StripeRow {
  return Object.assign({}, first, ...changes.filter(({ at }) => at <= now).map(({ values }) => values));
}

/** A small shop's objects from a seed: the same whenever they are asked for. */
export function makeDataset(options: DatasetOptions = {}): Dataset {
  const { seed = 1, size = Number.POSITIVE_INFINITY, everyHours = 12 } = options;
  const from = Date.parse(options.from ?? '2024-01-01T00:00:00Z') / 1000;
  const stored = new Map<string, Stored>();
  const made = KINDS.map(() => 0);

  const createdAt = (stream: number, index: number): number => {
    const step = (everyHours * 3600) / KINDS[stream]!.share;
    // two each have the same second, so that a page may end between them
    return from + Math.floor(Math.floor(index / 2) * 2 * step) + stream;
  };

  function make(stream: number, index: number): void {
    const kind = KINDS[stream]!;
    const id = idOf(kind.prefix, index);
    const created = createdAt(stream, index);
    const fields = kind.make(randomFor(seed, stream, index), index);
    const first: StripeRow = { id, object: kind.object, created, livemode: false, ...fields };
    const changes =
      kind.changed !== undefined && index % UPDATED === 0
        ? [{ at: created + UPDATED_AFTER, values: kind.changed }]
        : [];
    stored.set(id, { kind, first, changes, removedAt: Number.POSITIVE_INFINITY });
  }

  /** Makes what is created up to an instant. */
  function until(now: number): readonly Stored[] {
    for (const [stream, { share }] of KINDS.entries())
      for (let index = made[stream]!; index < Math.floor(size * share); index += 1) {
        if (createdAt(stream, index) > now) break;
        make(stream, index);
        made[stream] = index + 1;
      }
    return [...stored.values()];
  }

  const found = (id: string, at: number): Stored => {
    until(at);
    const one = stored.get(id);
    if (one === undefined) throw new RangeError(`There is no "${id}".`);
    return one;
  };

  function* eventsOf(one: Stored): Generator<EventRow, void, void> {
    const { kind, first, changes, removedAt } = one;
    if (kind.events === undefined) return;
    const happened = [
      { what: kind.happenings?.created ?? 'created', at: first.created },
      ...changes.map(({ at }) => ({ what: 'updated', at })),
      ...(Number.isFinite(removedAt) ? [{ what: kind.happenings?.deleted ?? 'deleted', at: removedAt }] : []),
    ];
    for (const [number, { what, at }] of happened.entries())
      yield {
        id: `evt_${first.id}_${number}`,
        object: 'event',
        created: at,
        api_version: EVENT_VERSION,
        type: `${kind.events}.${what}`,
        pending_webhooks: 0,
        data: { object: rowAt(one, at) },
      };
  }

  return {
    list: (path, now) =>
      until(now)
        .filter(({ kind, first, removedAt }) => kind.path === path && first.created <= now && removedAt > now)
        .map((one) => rowAt(one, now))
        .sort(newestFirst),
    events: (now) =>
      until(now)
        .flatMap((one) => [...eventsOf(one)])
        .filter(({ created }) => created <= now && created > now - EVENT_DAYS * DAY)
        .sort(newestFirst),
    update(id, at, values) {
      const { changes } = found(id, at);
      changes.push({ at, values });
      changes.sort((a, b) => a.at - b.at);
    },
    remove(id, at) {
      found(id, at).removedAt = at;
    },
  };
}
