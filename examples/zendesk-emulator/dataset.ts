import { organization, user } from './people';
import { isoSeconds, type Row, ticket, ticketEvent, ticketMetricEvent, USER_IDS } from './rows';
import { makeTimeline, type Timeline } from './timeline';

/** The exports that the source loads by default. */
export const EXPORTS = ['tickets', 'ticket_events', 'ticket_metric_events'] as const;
export const ALL_EXPORTS = [...EXPORTS, 'users', 'organizations'] as const;
export type ExportName = (typeof ALL_EXPORTS)[number];

export interface DatasetOptions {
  /** @default 42 */
  readonly seed?: number;
  /** ISO text. @default '2023-01-01T00:00:00Z' */
  readonly from?: string;
  /** ISO text, exclusive. @default '2024-01-01T00:00:00Z' */
  readonly to?: string;
  /** Rows a day. @default { tickets: 20, ticket_events: 200, ticket_metric_events: 60, users: 15, organizations: 2 } */
  readonly perDay?: { readonly [N in ExportName]?: number | undefined };
}

/** A change to a row after the fact. */
export interface RowChange {
  /** Unix seconds, or ISO text. */
  readonly at: number | string;
  readonly values?: Readonly<Record<string, unknown>>;
}

export interface TicketChange extends RowChange {
  /** By the system: `updated_at` stays. @default false */
  readonly bySystem?: boolean;
}

interface TimedRow {
  readonly time: number;
  readonly row: Row;
}

/** The data behind the emulator: a pure function of seed and index, and the changes made to rows since. */
export interface Dataset {
  readonly from: number;
  readonly to: number;
  /** Rows of an export from a time on, in the order of the export. What can change counts by its last change. */
  rowsFrom(name: ExportName, from: number): Generator<TimedRow, void, void>;
  changeTicket(id: number, change: TicketChange): void;
  changeUser(id: number, change: RowChange): void;
}

export const unixSeconds = (time: number | string): number =>
  typeof time === 'number' ? time : Math.floor(Date.parse(time) / 1000);

const MAKERS: Readonly<Record<ExportName, (seed: number, index: number, time: number) => Row>> = {
  tickets: ticket,
  ticket_events: ticketEvent,
  ticket_metric_events: ticketMetricEvent,
  users: user,
  organizations: organization,
};
const PER_DAY: Readonly<Record<ExportName, number>> = {
  tickets: 20,
  ticket_events: 200,
  ticket_metric_events: 60,
  users: 15,
  organizations: 2,
};

export function makeDataset(options: DatasetOptions = {}): Dataset {
  const { seed = 42 } = options;
  const from = unixSeconds(options.from ?? '2023-01-01T00:00:00Z');
  const to = unixSeconds(options.to ?? '2024-01-01T00:00:00Z');
  const timelines = Object.fromEntries(
    ALL_EXPORTS.map((name, stream) => [
      name,
      makeTimeline({ seed, stream, from, to, perDay: options.perDay?.[name] ?? PER_DAY[name] }),
    ]),
  ) as unknown as Readonly<Record<ExportName, Timeline>>;
  const changed: Readonly<Record<string, Map<number, TimedRow>>> = { tickets: new Map(), users: new Map() };

  function* made(name: ExportName, start: number): Generator<TimedRow, void, void> {
    const timeline = timelines[name];
    for (let index = timeline.firstAt(start); index < timeline.count; index += 1) {
      const time = timeline.at(index);
      const row = MAKERS[name](seed, index, time);
      if (!changed[name]?.has(row.id)) yield { time, row };
    }
  }

  const before = (name: 'tickets' | 'users', id: number): Row => {
    const index = name === 'tickets' ? id - 1 : id - USER_IDS;
    return changed[name]?.get(id)?.row ?? MAKERS[name](seed, index, timelines[name].at(index));
  };

  return {
    from,
    to,
    *rowsFrom(name, start) {
      const moved = [...(changed[name]?.values() ?? [])]
        .filter(({ time }) => time >= start)
        .sort((a, b) => a.time - b.time);
      for (const next of made(name, start)) {
        while (moved.length > 0 && moved[0]!.time < next.time) yield moved.shift()!;
        yield next;
      }
      yield* moved;
    },
    changeTicket(id, { at, bySystem = false, values = {} }) {
      const time = unixSeconds(at);
      const updated = bySystem ? {} : { updated_at: isoSeconds(time) };
      const row = { ...before('tickets', id), ...values, ...updated, id, generated_timestamp: time };
      changed['tickets']!.set(id, { time, row });
    },
    changeUser(id, { at, values = {} }) {
      const time = unixSeconds(at);
      const row = { ...before('users', id), ...values, id, updated_at: isoSeconds(time) };
      changed['users']!.set(id, { time, row });
    },
  };
}
