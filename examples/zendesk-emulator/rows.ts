import { pick, type Random, randomFor, whole } from '../emulator-kit';

const CHANNELS = ['Web form', 'Mail', 'API', 'Chat', 'Mobile', 'Rule'];
const STATUSES = ['new', 'open', 'pending', 'hold', 'solved', 'closed'];
const PRIORITIES = ['low', 'normal', 'high', 'urgent', null];
const TAGS = ['billing', 'vip', 'bug', 'refund', 'login', 'mobile', 'beta', 'escalated', 'webhook'];
const CLIENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/16.5 Safari/605.1.15',
  'okhttp/4.11.0',
];
const PLACES = [
  { location: 'Frankfurt am Main, HE, Germany', latitude: 50.1169, longitude: 8.6837 },
  { location: 'São Paulo, SP, Brazil', latitude: -23.5475, longitude: -46.6361 },
  { location: 'Tōkyō, 13, Japan', latitude: 35.6895, longitude: 139.6917 },
  { location: 'San Francisco, CA, United States', latitude: 37.7749, longitude: -122.4194 },
];
const SUBJECTS = [
  'Cannot log in',
  'Refund for my order',
  'Invoice is wrong',
  'App crashes on start',
  'Another ticket',
];
const METRICS = [
  'agent_work_time',
  'pausable_update_time',
  'periodic_update_time',
  'reply_time',
  'requester_wait_time',
  'resolution_time',
];
const METRIC_TYPES = ['activate', 'pause', 'fulfill', 'apply_sla', 'breach', 'update_status'];

/** Ids have 14 digits, as Zendesk's newer ones. */
const EVENT_IDS = 18_868_153_000_000;
export const USER_IDS = 12_765_072_000_000;

export type Row = Record<string, unknown> & { readonly id: number };

export const isoSeconds = (time: number): string => `${new Date(time * 1000).toISOString().slice(0, 19)}Z`;

const tags = (random: Random): string[] => [
  ...new Set(Array.from({ length: 1 + whole(random, 3) }, () => pick(random, TAGS))),
];

function childEvent(random: Random, id: number): Row {
  const common = {
    id,
    via: pick(random, CHANNELS),
    via_reference_id: random() < 0.2 ? whole(random, 1_000_000) : null,
  };
  const kind = whole(random, 4);
  if (kind === 0)
    return {
      ...common,
      subject: pick(random, SUBJECTS),
      event_type: 'Change',
      previous_value: pick(random, SUBJECTS),
    };
  if (kind === 1)
    return {
      ...common,
      status: pick(random, STATUSES),
      event_type: 'Change',
      previous_value: pick(random, STATUSES),
    };
  if (kind === 2)
    return {
      ...common,
      event_type: 'Comment',
      comment_present: true,
      comment_public: random() < 0.5,
      author_id: USER_IDS + whole(random, 5000),
    };
  return { ...common, event_type: 'Create', priority: pick(random, PRIORITIES), tags: tags(random) };
}

/** An audit of a ticket, with its changes as children. */
export function ticketEvent(seed: number, index: number, time: number): Row {
  const random = randomFor(seed, 1, index);
  const id = EVENT_IDS + index * 10;
  const children = Array.from({ length: 1 + whole(random, 3) }, (_, place) =>
    childEvent(random, id + place + 1),
  );
  return {
    child_events: children,
    id,
    ticket_id: 1 + whole(random, 20_000),
    timestamp: time,
    created_at: isoSeconds(time),
    updater_id: USER_IDS + whole(random, 5000),
    via: pick(random, CHANNELS),
    system: { client: pick(random, CLIENTS), ...pick(random, PLACES) },
    event_type: 'Audit',
  };
}

/**
 * A ticket as it is now. `generated_timestamp` is the time of its last change; a third were last changed by the
 * system, which leaves `updated_at` where it was.
 */
export function ticket(seed: number, index: number, time: number): Row {
  const random = randomFor(seed, 2, index);
  const bySystem = random() < 1 / 3;
  const updated = time - (bySystem ? 600 + whole(random, 40 * 86_400) : 0);
  const created = updated - whole(random, 30 * 86_400);
  return {
    id: 1 + index,
    url: `https://example.zendesk.com/api/v2/tickets/${1 + index}.json`,
    external_id: null,
    via: { channel: pick(random, ['web', 'email', 'api', 'chat']) },
    created_at: isoSeconds(created),
    updated_at: isoSeconds(updated),
    generated_timestamp: time,
    subject: pick(random, SUBJECTS),
    status: pick(random, STATUSES),
    priority: pick(random, PRIORITIES),
    requester_id: USER_IDS + whole(random, 5000),
    assignee_id: random() < 0.1 ? null : USER_IDS + whole(random, 200),
    tags: random() < 0.2 ? [] : tags(random),
    custom_fields: [
      { id: 27_642, value: String(whole(random, 1000)) },
      { id: 27_648, value: random() < 0.5 ? 'yes' : null },
    ],
  };
}

export function ticketMetricEvent(seed: number, index: number, time: number): Row {
  const random = randomFor(seed, 3, index);
  return {
    id: 926_000_000 + index,
    ticket_id: 1 + whole(random, 20_000),
    metric: pick(random, METRICS),
    instance_id: 1 + whole(random, 5),
    type: pick(random, METRIC_TYPES),
    time: isoSeconds(time),
  };
}
