import { pick, randomFor, whole } from '../emulator-kit';
import { isoSeconds, type Row, USER_IDS } from './rows';

const MOST = 100;
const DAY = 86_400;

/** A list that is read page by page, beside the exports. */
export type ListName = 'groups' | 'ticket_fields' | 'satisfaction_ratings';

const PATH = /^\/api\/v2\/(groups|ticket_fields|satisfaction_ratings)(?:\.json)?$/;

/** Which list a path asks for. */
export const listAt = (path: string): ListName | undefined => PATH.exec(path)?.[1] as ListName | undefined;

/** A rating is offered, and most are given some days later. */
function rating(seed: number, index: number, offered: number, now: number): Row | undefined {
  if (offered > now) return undefined;
  const random = randomFor(seed, 12, index);
  const given = offered + Math.floor(random() * 5 * DAY);
  const isGiven = random() < 0.7 && given <= now;
  return {
    id: 800_000 + index,
    url: `https://example.zendesk.com/api/v2/satisfaction_ratings/${800_000 + index}.json`,
    ticket_id: 1 + whole(random, 5000),
    score: isGiven ? pick(random, ['good', 'good', 'bad']) : 'offered',
    comment: isGiven && random() < 0.3 ? 'Thank you ✓' : null,
    reason: null,
    reason_id: 0,
    requester_id: USER_IDS + whole(random, 5000),
    assignee_id: random() < 0.1 ? null : USER_IDS + whole(random, 200),
    group_id: 500 + whole(random, 4),
    created_at: isoSeconds(offered),
    updated_at: isoSeconds(isGiven ? given : offered),
  };
}

export interface ListOptions {
  readonly seed: number;
  /** Unix seconds. */
  readonly from: number;
  readonly to: number;
  readonly ratingsPerDay: number;
  readonly groups: number;
  readonly ticketFields: readonly Row[] | undefined;
  /** Which time of a rating `start_time` and `end_time` are compared with. */
  readonly ratingsBy: 'created_at' | 'updated_at';
}

const group = (from: number, index: number): Row => ({
  id: 500 + index,
  url: `https://example.zendesk.com/api/v2/groups/${500 + index}.json`,
  name: `Group ${index}`,
  description: '',
  default: index === 0,
  deleted: index % 50 === 49,
  is_public: true,
  created_at: isoSeconds(from),
  updated_at: isoSeconds(from),
});

const field = (
  id: number,
  title: string,
  type: string,
  options?: readonly (readonly [string, string])[],
): Row => ({
  id,
  url: `https://example.zendesk.com/api/v2/ticket_fields/${id}.json`,
  title,
  type,
  raw_title: title,
  description: '',
  position: id % 10,
  active: true,
  required: false,
  tag: null,
  removable: true,
  custom_field_options: options?.map(([value, name], index) => ({
    id: id * 10 + index,
    name,
    value,
    default: false,
  })),
});

/** The fields that the tickets' custom fields are of. */
const FIELDS: readonly Row[] = [
  field(27_600, 'Subject', 'subject'),
  field(27_642, 'Order No.', 'integer'),
  field(27_648, 'Product line', 'tagger', [['yes', 'Yes, it is']]),
];

/** All rows of a list at a time. */
export function listRows(name: ListName, options: ListOptions, now: number): readonly Row[] {
  const { seed, from, to, ratingsPerDay } = options;
  if (name === 'groups') return Array.from({ length: options.groups }, (_, index) => group(from, index));
  if (name === 'ticket_fields') return options.ticketFields ?? FIELDS;
  const count = Math.floor(((to - from) / DAY) * ratingsPerDay);
  const offered = (index: number): number => from + Math.floor((index * DAY) / ratingsPerDay);
  return Array.from({ length: count }, (_, index) => rating(seed, index, offered(index), now)).filter(
    (row): row is Row => row !== undefined,
  );
}

/** A page of a list: by cursor where `page[size]` is asked for, else by number. */
export function listAnswer(
  name: ListName,
  options: ListOptions,
  { address, now }: { readonly address: URL; readonly now: number },
): Readonly<Record<string, unknown>> {
  const query = address.searchParams;
  const bound = (param: string, fallback: number): number => Number(query.get(param) ?? fallback);
  const time = (row: Row): number => Date.parse(String(row[options.ratingsBy])) / 1000;
  const rows = listRows(name, options, now).filter(
    (row) =>
      name !== 'satisfaction_ratings' ||
      (time(row) >= bound('start_time', 0) && time(row) <= bound('end_time', Number.POSITIVE_INFINITY)),
  );
  const size = query.get('page[size]');
  const next = new URL(address.href);
  if (size === null) {
    const number = bound('page', 1);
    next.searchParams.set('page', String(number + 1));
    const hasMore = number * MOST < rows.length;
    return {
      [name]: rows.slice((number - 1) * MOST, number * MOST),
      next_page: hasMore ? next.href : null,
      count: rows.length,
    };
  }
  const limit = Math.min(MOST, Number(size));
  // by id: one that is added or deleted meanwhile moves no other
  const after = query.get('page[after]') ?? undefined;
  const left = rows.filter(({ id }) => after === undefined || id > Number(after)).sort((a, b) => a.id - b.id);
  const page = left.slice(0, limit);
  const last = page.at(-1)?.id;
  if (last !== undefined) next.searchParams.set('page[after]', String(last));
  return {
    [name]: page,
    meta: { has_more: left.length > page.length, after_cursor: last, before_cursor: null },
    links: { prev: null, next: left.length > page.length ? next.href : null },
  };
}
