import { TidemarkError } from '../../errors';
import type { Http } from '../../http';
import type { EndpointName, NAMED_UPDATES } from './endpoints';
import { listPages, type StripeObject } from './list-pages';

/** A list that Stripe gives only for the object that it belongs to. */
interface OwnedList {
  /** The resource and table. */
  readonly name: OwnedName;
  /** The endpoint of the objects that have such a list. */
  readonly owner: EndpointName;
  pages(
    http: Http,
    owner: StripeObject,
  ): AsyncIterable<readonly StripeObject[]> | Iterable<readonly StripeObject[]>;
}

export type OwnedName = (typeof NAMED_UPDATES)[number];

/** The pages of a list that goes with its owner: where that was deleted meanwhile (404), there is nothing more. */
async function* pagesOf(
  http: Http,
  path: string,
  params?: Readonly<Record<string, string>>,
): AsyncGenerator<readonly StripeObject[], void, void> {
  try {
    for await (const { objects } of listPages(http, path, { params })) yield objects;
  } catch (error) {
    if (!(error instanceof TidemarkError) || error.details['status'] !== 404) throw error;
  }
}

const LISTS: Readonly<Record<OwnedName, OwnedList>> = {
  payment_methods: {
    name: 'payment_methods',
    owner: 'customers',
    pages: (http, { id }) => pagesOf(http, `/v1/customers/${encodeURIComponent(id)}/payment_methods`),
  },
  subscription_items: {
    name: 'subscription_items',
    owner: 'subscriptions',
    // they are within the subscription, whose lists are whole
    pages: (_, { items }) => {
      const { data = [] } = (items ?? {}) as { readonly data?: readonly StripeObject[] };
      return [data];
    },
  },
  payout_balance_transactions: {
    name: 'payout_balance_transactions',
    owner: 'payouts',
    async *pages(http, { id, automatic }) {
      // of a payout that was made by hand Stripe can't say what it pays out, and refuses to be asked
      if (automatic !== true) return;
      for await (const page of pagesOf(http, '/v1/balance_transactions', { payout: id }))
        yield page.map((one) => ({ ...one, payout: id }));
    },
  },
};

/** The lists of these names that objects of an endpoint have. */
export const ownedBy = (endpoint: string, names: readonly string[]): readonly OwnedList[] =>
  Object.values(LISTS).filter(({ owner, name }) => owner === endpoint && names.includes(name));

/** The objects of one list, page by page, of each of its owners. */
export async function* ownedPages(
  name: OwnedName,
  http: Http,
  owners: readonly StripeObject[],
): AsyncGenerator<readonly StripeObject[], void, void> {
  for (const owner of owners) yield* LISTS[name].pages(http, owner);
}

/** The table of an object that came by such a list; undefined for one that didn't. */
export function ownedTable({ object, payout }: StripeObject): OwnedName | undefined {
  if (object === 'subscription_item') return 'subscription_items';
  return object === 'balance_transaction' && payout !== undefined ? 'payout_balance_transactions' : undefined;
}
