import type { Http } from '../../http';
import { type Endpoint, endpointOfObject } from './endpoints';
import { type StripeObject, withWholeLists } from './list-pages';

/** An event, as far as it matters here. */
export interface StripeEvent {
  readonly id: string;
  readonly type: string;
  readonly created: number;
  readonly data: { readonly object: StripeObject };
}

/** A changed object as it is now, and the time of the event that announced it. */
export type ChangedObject = StripeObject & { readonly event_created: number; readonly deleted?: boolean };

/** Objects asked for at once. */
const AT_ONCE = 5;

interface Change {
  readonly endpoint: Endpoint;
  readonly event: StripeEvent;
}

/** The newest event of each object that has a table; the preview of an invoice is not an object. */
function changesIn(events: readonly StripeEvent[], endpoints: readonly string[] | undefined): Change[] {
  const changes = new Map<string, Change>();
  for (const event of events) {
    const { object } = event.data;
    const endpoint = endpointOfObject(object.object);
    if (endpoint === undefined || typeof object.id !== 'string' || event.type === 'invoice.upcoming')
      continue;
    if (endpoints !== undefined && !endpoints.includes(endpoint.name)) continue;
    const known = changes.get(object.id);
    if (known === undefined || known.event.created < event.created)
      changes.set(object.id, { endpoint, event });
  }
  return [...changes.values()];
}

/**
 * The objects of some events, each once, as the API gives them now. Events hold a copy of the object, but as it was
 * then, in the API version of that time, and come in no order that could be relied on: two that are loaded the other way
 * round would leave the older state in the table.
 *
 * What the API doesn't have any more comes as the event's copy, with `deleted`.
 */
export async function changedObjects(
  http: Http,
  events: readonly StripeEvent[],
  endpoints: readonly string[] | undefined,
): Promise<readonly ChangedObject[]> {
  const changes = changesIn(events, endpoints);
  const found: ChangedObject[] = [];
  for (let from = 0; from < changes.length; from += AT_ONCE)
    found.push(
      ...(await Promise.all(changes.slice(from, from + AT_ONCE).map((change) => current(http, change)))),
    );
  return found;
}

async function current(http: Http, { endpoint, event }: Change): Promise<ChangedObject> {
  const { object } = event.data;
  const { status, body } = await http.request<StripeObject>({
    path: `/v1/${endpoint.path}/${encodeURIComponent(object.id)}`,
    accept: [404],
  });
  if (status === 404 || body['deleted'] === true)
    return { ...object, deleted: true, event_created: event.created };
  return { ...(await withWholeLists(http, body)), event_created: event.created };
}
