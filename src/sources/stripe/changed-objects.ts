import type { Http } from '../../http';
import type { Log } from '../../source';
import { type Endpoint, endpointOfObject, PAYMENT_METHODS } from './endpoints';
import { type StripeObject, withWholeLists } from './list-pages';
import { ownedBy } from './owned-lists';

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

/** Whether an object of a kind is asked for: for its own table, or for the list that belongs to it. */
const isWanted = ({ name }: Endpoint, endpoints: readonly string[] | undefined): boolean =>
  endpoints === undefined
    ? name !== PAYMENT_METHODS.name
    : endpoints.includes(name) || ownedBy(name, endpoints).length > 0;

/** The newest event of each object that has a table; the preview of an invoice is not an object. */
function changesIn(events: readonly StripeEvent[], endpoints: readonly string[] | undefined): Change[] {
  const changes = new Map<string, Change>();
  for (const event of events) {
    const { object } = event.data;
    const endpoint = endpointOfObject(object.object);
    if (endpoint === undefined || typeof object.id !== 'string' || event.type === 'invoice.upcoming')
      continue;
    if (!isWanted(endpoint, endpoints)) continue;
    const known = changes.get(object.id);
    if (known === undefined || known.event.created < event.created)
      changes.set(object.id, { endpoint, event });
  }
  return [...changes.values()];
}

interface ChangedOptions {
  readonly http: Http;
  readonly log: Log;
  /** The tables that get updates; undefined for all. */
  readonly endpoints: readonly string[] | undefined;
}

/** The kinds that the key may not read, by the client of an extraction: each is asked for and told once. */
const refusedKinds = new WeakMap<Http, Set<string>>();

function refusedBy(http: Http): Set<string> {
  const known = refusedKinds.get(http) ?? new Set();
  refusedKinds.set(http, known);
  return known;
}

/**
 * The objects of some events, each once, as the API gives them now. Events hold a copy of the object, but as it was
 * then, in the API version of that time, and come in no order that could be relied on: two that are loaded the other way
 * round would leave the older state in the table.
 *
 * What the API doesn't have any more comes as the event's copy, with `deleted`. Where a list that belongs to an object is
 * named, that list comes with the change of its owner. A kind that the key may not read (403) is
 * left out with a warning, unless it was asked for by name.
 */
export async function changedObjects(
  events: readonly StripeEvent[],
  options: ChangedOptions,
): Promise<readonly ChangedObject[]> {
  const refused = refusedBy(options.http);
  const allowed = ({ endpoint }: Change): boolean => !refused.has(endpoint.name);
  const found: ChangedObject[] = [];
  let left = changesIn(events, options.endpoints).filter(allowed);
  while (left.length > 0) {
    const objects = await Promise.all(left.slice(0, AT_ONCE).map((change) => current(change, options)));
    found.push(...objects.flat());
    left = left.slice(AT_ONCE).filter(allowed);
  }
  return found;
}

async function current(
  { endpoint, event }: Change,
  { http, log, endpoints }: ChangedOptions,
): Promise<readonly ChangedObject[]> {
  const { object } = event.data;
  const event_created = event.created;
  const isNamed = endpoints === undefined || endpoints.includes(endpoint.name);
  const { status, body } = await http.request<StripeObject>({
    path: `/v1/${endpoint.path}/${encodeURIComponent(object.id)}`,
    accept: endpoints === undefined ? [403, 404] : [404],
  });
  if (status === 403) {
    leaveOut(endpoint, refusedBy(http), log);
    return [];
  }
  if (status === 404 || body['deleted'] === true)
    return isNamed ? [{ ...object, deleted: true, event_created }] : [];
  const whole = await withWholeLists(http, body);
  const found: ChangedObject[] = isNamed ? [{ ...whole, event_created }] : [];
  for (const list of ownedBy(endpoint.name, endpoints ?? []))
    for await (const page of list.pages(http, whole))
      found.push(...page.map((one) => ({ ...one, event_created })));
  return found;
}

function leaveOut({ name }: Endpoint, refused: Set<string>, log: Log): void {
  if (refused.has(name)) return;
  refused.add(name);
  log.warn(
    `the key may not read ${name} (403): their changes are missing. Give the restricted key read access to them and run the ` +
      'range again, or name the tables that get updates: bind({ updates: { endpoints: […] } }).',
    { endpoint: name },
  );
}
