import { cursorPage, type EmulatorRequest, numberParam, type Reply, reply } from '../emulator-kit';
import type { StripeRow } from './dataset';

const LISTED = [
  'limit',
  'starting_after',
  'status',
  'subscription',
  'payout',
  'created[gte]',
  'created[gt]',
  'created[lt]',
  'created[lte]',
];
/** Lines of an invoice, or items of a subscription, that come within it. */
const INNER = 10;

export const refused = (status: number, message: string, code: string, param?: string): Reply =>
  reply({ status, body: { error: { message, code, param, type: 'invalid_request_error' } } });

export const missing = (id: string): Reply => refused(404, `No such object: '${id}'`, 'resource_missing');

/** A list that is to go on behind an object that isn't there, as one that was deleted meanwhile. */
const missingStart = (id: string): Reply =>
  refused(400, `No such object: '${id}'`, 'resource_missing', 'starting_after');

const bound = (query: URLSearchParams, name: string, fallback: number): number =>
  query.has(`created[${name}]`) ? Number(query.get(`created[${name}]`)) : fallback;

/** An object as it is served: its inner lists cut off after ten. */
export function served(row: StripeRow): StripeRow {
  const { lines } = row;
  const items = row['items'] as { readonly data: readonly unknown[] } | undefined;
  if (items !== undefined && items.data.length > INNER)
    return { ...row, items: { ...items, data: items.data.slice(0, INNER), has_more: true } };
  if (!Array.isArray(lines)) return row;
  return {
    ...row,
    lines: {
      object: 'list',
      data: lines.slice(0, INNER),
      has_more: lines.length > INNER,
      url: `/v1/invoices/${row.id}/lines`,
    },
  };
}

/** A page of a list, newest first, with the filters of the request. */
export function listAnswer(request: EmulatorRequest, all: readonly StripeRow[]): Reply {
  const { query, path } = request;
  const unknown = [...query.keys()].find((name) => !LISTED.includes(name));
  if (unknown !== undefined)
    return refused(400, `Received unknown parameter: ${unknown}`, 'parameter_unknown');
  const limit = numberParam(request, 'limit', { fallback: 10 });
  if (limit < 1 || limit > 100)
    return refused(400, 'This value must be between 1 and 100', 'parameter_invalid_integer');
  const rows = all.filter(
    ({ created }) =>
      created === undefined ||
      (created >= bound(query, 'gte', 0) &&
        created > bound(query, 'gt', -1) &&
        created < bound(query, 'lt', Number.POSITIVE_INFINITY) &&
        created <= bound(query, 'lte', Number.POSITIVE_INFINITY)),
  );
  const after = query.get('starting_after') ?? undefined;
  if (after !== undefined && !all.some(({ id }) => id === after)) return missingStart(after);
  const from = after === undefined ? rows : rows.slice(rows.findIndex(({ id }) => id === after) + 1);
  const page = cursorPage(from, { after: undefined, limit, keyOf: ({ id }) => id });
  return reply({
    body: { object: 'list', url: path, has_more: page.next !== undefined, data: page.rows.map(served) },
  });
}
