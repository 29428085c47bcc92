import { incremental } from '../../src';
import { day, type Gate, gate, type Place } from './harness';
import { resource, sourceOf } from './sources';

export interface Event {
  readonly id: number;
  readonly at: string;
}

/** Four events a day, at 0, 6, 12 and 18 o'clock, on the first days of January. */
export const eventsOf = (lastDay: number): Event[] =>
  Array.from({ length: lastDay * 4 }, (_, id) => ({ id, at: day(1 + Math.floor(id / 4), (id % 4) * 6) }));

/** One extraction that is under way: the test lets it end. */
export interface Extraction {
  readonly start: unknown;
  readonly begun: Gate;
  readonly end: Gate;
}

/** A source of events whose extractions wait for the test. `next` is the one that begins next. */
export function gatedEvents(
  options: {
    readonly key?: string;
    readonly disposition?: 'append' | 'merge';
    readonly onRerun?: 'replace';
  } = {},
) {
  const { key, disposition = 'append', onRerun } = options;
  const extractions: Extraction[] = [];
  const waiting: ((extraction: Extraction) => void)[] = [];
  const events = (rows: readonly Event[], held = true) =>
    sourceOf('shop', [
      resource({
        name: 'events',
        ...(key !== undefined && { primaryKey: key }),
        writeDisposition: disposition,
        ...(onRerun !== undefined && { onRerun }),
        columns: { at: { dataType: 'text' } },
        incremental: {
          at: incremental({ cursor: 'at', type: 'iso', initialValue: day(1), allowExternalSchedulers: true }),
        },
        async *extract({ incremental: { at } }) {
          const extraction = { start: at.startValue, begun: gate(), end: gate() };
          extractions.push(extraction);
          waiting.shift()?.(extraction);
          const half = Math.ceil(rows.length / 2);
          yield rows.slice(0, half);
          if (held) await extraction.end.opened;
          yield rows.slice(half);
        },
      }),
    ]);
  return {
    events,
    extractions,
    next: () => new Promise<Extraction>((resolve) => waiting.push(resolve)),
  };
}

/** The ids that are there. */
export const ids = (place: Place): Promise<unknown[]> =>
  place.values('SELECT id FROM data.events ORDER BY id');
export const idsOf = (events: readonly Event[]): number[] => events.map(({ id }) => id);
