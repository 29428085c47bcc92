import { randomFor, whole } from '../emulator-kit';
import { isoSeconds, type Row } from './rows';

type Child = Readonly<Record<string, unknown>> & { readonly id: number };

/** A comment as `include=comment_events` has it; without that an event only says that there is one. */
function wholeComment(child: Child, { id, timestamp }: Row): Child {
  const random = randomFor(17, 8, child.id);
  const body = `I think that it is number ${whole(random, 1000)} 🙂`;
  const { comment_present: _, comment_public, ...rest } = child;
  return {
    ...rest,
    type: 'Comment',
    body,
    html_body: `<div class="zd-comment"><p dir="auto">${body}</p></div>`,
    plain_body: body,
    public: comment_public,
    attachments:
      random() < 0.3
        ? [
            {
              id: child.id + 5,
              file_name: 'screen.png',
              content_type: 'image/png',
              size: whole(random, 9000),
            },
          ]
        : [],
    audit_id: id,
    created_at: isoSeconds(Number(timestamp)),
  };
}

/** An event with its comments whole. */
export const withComments = (event: Row): Row => ({
  ...event,
  child_events: (event['child_events'] as readonly Child[]).map((child) =>
    child['event_type'] === 'Comment' ? wholeComment(child, event) : child,
  ),
});

/** The comments of an event, as the export has them. */
export const commentsOf = (event: Row): readonly Child[] =>
  (withComments(event)['child_events'] as readonly Child[]).filter(
    ({ event_type }) => event_type === 'Comment',
  );

/** The metrics of a ticket, counted anew with each change of it. */
export function metricSet(ticket: Row): Row {
  const random = randomFor(23, 9, ticket.id);
  const minutes = (): Row => ({ calendar: whole(random, 5000), business: whole(random, 900) }) as never;
  const isSolved = ticket['status'] === 'solved' || ticket['status'] === 'closed';
  return {
    url: `https://example.zendesk.com/api/v2/ticket_metrics/${9_000_000 + ticket.id}.json`,
    id: 9_000_000 + ticket.id,
    ticket_id: ticket.id,
    created_at: ticket['created_at'],
    updated_at: ticket['updated_at'],
    group_stations: 1 + whole(random, 3),
    assignee_stations: 1 + whole(random, 3),
    reopens: whole(random, 2),
    replies: whole(random, 9),
    assignee_updated_at: null,
    requester_updated_at: ticket['created_at'],
    status_updated_at: ticket['updated_at'],
    solved_at: isSolved ? ticket['updated_at'] : null,
    latest_comment_added_at: ticket['updated_at'],
    reply_time_in_minutes: random() < 0.1 ? { calendar: null, business: null } : minutes(),
    first_resolution_time_in_minutes: isSolved ? minutes() : { calendar: null, business: null },
    full_resolution_time_in_minutes: isSolved ? minutes() : { calendar: null, business: null },
    agent_wait_time_in_minutes: minutes(),
    requester_wait_time_in_minutes: minutes(),
    on_hold_time_in_minutes: minutes(),
  };
}
