import type { JsonObject } from '../../http';

/** An event of a ticket, as far as it matters here. */
interface TicketEvent {
  readonly id: number | bigint;
  readonly ticket_id: number | bigint;
  readonly timestamp: number;
  readonly child_events?: readonly JsonObject[];
}

const isComment = ({ event_type, type }: JsonObject): boolean =>
  /Comment$/.test(String(event_type ?? type ?? ''));

/** The comments among the events, each with its ticket, its event and that event's time, which the export goes by. */
export const commentsIn = (events: readonly unknown[]): readonly JsonObject[] =>
  (events as readonly TicketEvent[]).flatMap(({ id, ticket_id, timestamp, child_events = [] }) =>
    child_events
      .filter(isComment)
      .map((comment) => ({ ...comment, ticket_id, ticket_event_id: id, timestamp })),
  );

/** Whether a page of events reaches beyond an end: its comments may all be from before it. */
export const reaches = (events: readonly unknown[], end: number | undefined): boolean => {
  const last = events.at(-1) as TicketEvent | undefined;
  return end !== undefined && last !== undefined && last.timestamp >= end;
};

interface Ticket extends JsonObject {
  readonly id: number | bigint;
  readonly generated_timestamp: number;
  readonly metric_set?: JsonObject | null;
}

/** The metrics of the tickets of a page, each with the time of its ticket's last change. They come beside the tickets, or within them. */
export function metricsIn(tickets: readonly unknown[], page: JsonObject): readonly JsonObject[] {
  const { metric_sets } = page;
  const beside = Array.isArray(metric_sets) ? (metric_sets as readonly JsonObject[]) : [];
  const byTicket = new Map(beside.map((metrics) => [String(metrics['ticket_id']), metrics]));
  return (tickets as readonly Ticket[]).flatMap(({ id, generated_timestamp, metric_set }) => {
    const metrics = byTicket.get(String(id)) ?? metric_set;
    return metrics === undefined || metrics === null
      ? []
      : [{ ...metrics, ticket_id: id, generated_timestamp }];
  });
}
