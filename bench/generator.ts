/**
 * Rows for the benchmarks, made from a fixed seed: a page is a pure function of its index, so that every contender of a
 * run reads the same bytes, in any order and without a file.
 */

/** Rows of a page. */
export const PAGE_ROWS = 1000;
/** Cursor of the first row, in Unix seconds; events are three seconds apart, flat rows a minute. */
export const FIRST_SECOND = 1_700_000_000;

const CHANNELS = ['Web form', 'Email', 'API', 'Chat', 'Mobile', 'Rule'];
const EVENT_TYPES = ['Create', 'Change', 'Comment', 'Notification', 'Audit'];
const STATUSES = ['new', 'open', 'pending', 'hold', 'solved', 'closed'];
const PRIORITIES = ['low', 'normal', 'high', 'urgent', null];
const TAGS = (
  'billing vip bug refund login mobile beta emea apac amer ' +
  'escalated sla_breach feature_request integration webhook'
).split(' ');
const CLIENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1',
  'okhttp/4.9.3',
  'python-requests/2.31',
];
const LOCATIONS = [
  'Berlin, 16, Germany',
  'San Francisco, CA, United States',
  'São Paulo, SP, Brazil',
  'Tōkyō, 13, Japan',
  'London, ENG, United Kingdom',
];
const WORDS =
  'the customer reported that payment failed after update and asked for refund because order was never delivered please check account settings again thanks'.split(
    ' ',
  );

type Random = () => number;

/** Mulberry32: 32 bits of state, the same sequence everywhere. */
function mulberry32(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)]!;
const isoSecond = (seconds: number): string => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;

function words(random: Random, count: number): string {
  let text = pick(random, WORDS);
  for (let i = 1; i < count; i++) text += ` ${pick(random, WORDS)}`;
  return text;
}

function childEvent(random: Random, id: number): Record<string, unknown> {
  const kind = below(random, 3);
  const event: Record<string, unknown> = {
    id,
    via: pick(random, CHANNELS),
    via_reference_id: random() < 0.2 ? below(random, 1e6) : null,
    event_type: pick(random, EVENT_TYPES),
  };
  if (kind === 0) {
    event['comment_present'] = true;
    event['comment_public'] = random() < 0.5;
    event['body'] = words(random, 6 + below(random, 20));
    event['author_id'] = 360_000_000_000 + below(random, 50_000);
    if (random() < 0.3) event['score'] = Math.round(random() * 1e4) / 100;
  } else if (kind === 1) {
    event['status'] = pick(random, STATUSES);
    event['priority'] = pick(random, PRIORITIES);
    event['previous_value'] = pick(random, STATUSES);
    event['tags'] = Array.from({ length: 1 + below(random, 4) }, () => pick(random, TAGS));
    if (random() < 0.5) event['group_id'] = 26_000_000 + below(random, 200);
  } else {
    event['tags'] = Array.from({ length: 1 + below(random, 3) }, () => pick(random, TAGS));
    event['custom_ticket_fields'] = {
      '360001': pick(random, STATUSES),
      '360002': below(random, 100),
      '360003': random() < 0.5,
    };
    event['subject'] = words(random, 5);
    event['assignee_id'] = 360_000_000_000 + below(random, 500);
  }
  return event;
}

/** Page `page` of ticket events: nested `system`, one to three child events, tags below them. */
export function eventPage(page: number): Record<string, unknown>[] {
  const random = mulberry32(42 * 1_000_003 + page);
  return Array.from({ length: PAGE_ROWS }, (_, i) => {
    const index = page * PAGE_ROWS + i;
    const timestamp = FIRST_SECOND + index * 3;
    const children = 1 + below(random, 3);
    const childEvents = Array.from({ length: children }, (_, c) =>
      childEvent(random, index * 10 + c + 900_000_000_000),
    );
    return {
      id: 100_000_000_000 + index,
      ticket_id: 1 + below(random, 200_000),
      timestamp,
      created_at: isoSecond(timestamp),
      event_type: pick(random, EVENT_TYPES),
      via: pick(random, CHANNELS),
      updater_id: 360_000_000_000 + below(random, 50_000),
      system: {
        client: pick(random, CLIENTS),
        location: pick(random, LOCATIONS),
        latitude: Math.round((random() * 180 - 90) * 1e6) / 1e6,
        longitude: Math.round((random() * 360 - 180) * 1e6) / 1e6,
      },
      child_events: childEvents,
    };
  });
}

/** Page `page` of flat rows: eight plain columns. */
export function flatPage(page: number): Record<string, unknown>[] {
  const random = mulberry32(777 * 1_000_003 + page);
  return Array.from({ length: PAGE_ROWS }, (_, i) => {
    const index = page * PAGE_ROWS + i;
    const second = FIRST_SECOND + index * 60;
    return {
      id: 2_000_000_000 + index,
      number: index + 1,
      title: words(random, 4 + below(random, 6)),
      state: random() < 0.3 ? 'open' : 'closed',
      comments: below(random, 40),
      created_at: isoSecond(second),
      updated_at: isoSecond(second + below(random, 1e6)),
      locked: random() < 0.02,
    };
  });
}
