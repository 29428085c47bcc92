import { pick, type Random, whole } from '../emulator-kit';

/** A kind of object, and how one is made. */
export interface Kind {
  /** Below `/v1/`. */
  readonly path: string;
  readonly object: string;
  /** How its ids begin. */
  readonly prefix: string;
  /** Objects for each one that the dataset makes. */
  readonly share: number;
  /** Types of events begin with it; undefined where there are none. */
  readonly events?: string;
  /** How the types end, where it isn't `created` and `deleted`. */
  readonly happenings?: { readonly created?: string; readonly deleted?: string };
  /** Whether Stripe gives objects by their id and no list of all. @default false */
  readonly unlisted?: boolean;
  make(random: Random, index: number): Readonly<Record<string, unknown>>;
  /** What an update changes. */
  readonly changed?: Readonly<Record<string, unknown>>;
}

const CURRENCIES = ['eur', 'usd'];
const NAMES = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eva'];

const amount = (random: Random) => ({
  amount: 100 + whole(random, 100_000),
  currency: pick(random, CURRENCIES),
});
const idOf = (prefix: string, index: number): string => `${prefix}_${String(index).padStart(6, '0')}`;

/** Kinds of objects that a small shop has; each line of an invoice is an object too, within it. */
export const KINDS: readonly Kind[] = [
  {
    path: 'customers',
    object: 'customer',
    prefix: 'cus',
    share: 1,
    events: 'customer',
    make: (random, index) => ({
      name: `${pick(random, NAMES)} ${index}`,
      email: `customer${index}@example.com`,
      balance: 0,
      metadata: {},
    }),
    changed: { balance: -500 },
  },
  {
    path: 'products',
    object: 'product',
    prefix: 'prod',
    share: 0.1,
    events: 'product',
    make: (_, index) => ({ name: `Product ${index}`, active: true }),
    changed: { active: false },
  },
  {
    path: 'prices',
    object: 'price',
    prefix: 'price',
    share: 0.1,
    events: 'price',
    make: (random, index) => ({
      product: idOf('prod', index),
      unit_amount: whole(random, 9000),
      currency: 'eur',
    }),
  },
  {
    path: 'subscriptions',
    object: 'subscription',
    prefix: 'sub',
    share: 0.5,
    events: 'customer.subscription',
    make: (random, index) => ({
      customer: idOf('cus', index),
      status: random() < 0.3 ? 'canceled' : 'active',
      items: {
        object: 'list',
        // served with the first ten
        data: Array.from({ length: index % 5 === 3 ? 23 : 1 }, (_, place) => ({
          id: place === 0 ? idOf('si', index) : `${idOf('si', index)}_${place}`,
          object: 'subscription_item',
          subscription: idOf('sub', index),
          price: { id: idOf('price', place), object: 'price', unit_amount: 100 * place },
          quantity: 1 + place,
          metadata: {},
        })),
        has_more: false,
        url: `/v1/subscription_items?subscription=${idOf('sub', index)}`,
      },
    }),
    changed: { status: 'past_due' },
  },
  {
    path: 'invoices',
    object: 'invoice',
    prefix: 'in',
    share: 1,
    events: 'invoice',
    make: (random, index) => ({
      customer: idOf('cus', index),
      status: 'open',
      total: whole(random, 90_000),
      // served with the first ten
      lines: Array.from({ length: index % 7 === 0 ? 23 : 2 }, (__, line) => ({
        id: `il_${String(index).padStart(6, '0')}_${line}`,
        object: 'line_item',
        amount: whole(random, 5000),
      })),
    }),
    changed: { status: 'paid' },
  },
  {
    path: 'payment_intents',
    object: 'payment_intent',
    prefix: 'pi',
    share: 1,
    events: 'payment_intent',
    make: (random) => ({ ...amount(random), status: 'requires_payment_method' }),
    changed: { status: 'succeeded' },
  },
  {
    path: 'charges',
    object: 'charge',
    prefix: 'ch',
    share: 1,
    events: 'charge',
    make: (random, index) => ({ ...amount(random), payment_intent: idOf('pi', index), refunded: false }),
    changed: { refunded: true },
  },
  {
    path: 'refunds',
    object: 'refund',
    prefix: 're',
    share: 0.2,
    events: 'refund',
    make: (random, index) => ({ ...amount(random), charge: idOf('ch', index), status: 'succeeded' }),
  },
  {
    path: 'balance_transactions',
    object: 'balance_transaction',
    prefix: 'txn',
    share: 1.2,
    make: (random, index) => ({ ...amount(random), fee: 25, source: idOf('ch', index), type: 'charge' }),
  },
  {
    path: 'payouts',
    object: 'payout',
    prefix: 'po',
    share: 0.2,
    events: 'payout',
    make: (random, index) => ({
      ...amount(random),
      // every third is made by hand
      automatic: index % 3 !== 2,
      status: 'in_transit',
      type: 'bank_account',
      method: 'standard',
      reconciliation_status: index % 3 === 2 ? 'not_applicable' : 'completed',
      destination: null,
    }),
    changed: { status: 'paid' },
  },
  {
    path: 'payment_methods',
    object: 'payment_method',
    prefix: 'pm',
    share: 2,
    events: 'payment_method',
    happenings: { created: 'attached', deleted: 'detached' },
    unlisted: true,
    make: (random, index) => ({
      customer: idOf('cus', index >> 1),
      type: index % 4 === 0 ? 'sepa_debit' : 'card',
      card: index % 4 === 0 ? undefined : { brand: pick(random, ['visa', 'amex']), last4: '4242' },
      allow_redisplay: 'unspecified',
      metadata: {},
    }),
  },
];

/** The payout that an automatic one lists a transaction of. */
export const payoutOf = (transaction: string): string =>
  idOf('po', Math.floor(Number(transaction.slice(-6)) / 6));

/** Lists that are there and empty. */
export const EMPTY_PATHS: readonly string[] = ['disputes', 'coupons', 'plans'];

export { idOf };
