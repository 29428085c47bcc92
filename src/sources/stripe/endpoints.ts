/** A list of Stripe's API, newest first, that can be cut by the time its objects were created. */
export interface Endpoint {
  /** The resource and table. */
  readonly name: string;
  /** Below `/v1/`; an object is at `path/id`. */
  readonly path: string;
  /** The `object` that each of its objects says it is. */
  readonly object: string;
  /** The field by which `created[gte]` and `created[lt]` cut. @default 'created' */
  readonly cursor?: string;
  /** What else must be asked, for everything to come. */
  readonly params?: Readonly<Record<string, string>>;
  /** Whether a run without `withResources` loads it. @default false */
  readonly selected?: boolean;
}

/** Every endpoint that is a resource. */
export const STRIPE_ENDPOINTS = [
  { name: 'customers', path: 'customers', object: 'customer', selected: true },
  { name: 'products', path: 'products', object: 'product', selected: true },
  { name: 'prices', path: 'prices', object: 'price', selected: true },
  // without it, those that were canceled are left out
  {
    name: 'subscriptions',
    path: 'subscriptions',
    object: 'subscription',
    params: { status: 'all' },
    selected: true,
  },
  { name: 'invoices', path: 'invoices', object: 'invoice', selected: true },
  { name: 'payment_intents', path: 'payment_intents', object: 'payment_intent', selected: true },
  { name: 'charges', path: 'charges', object: 'charge', selected: true },
  { name: 'refunds', path: 'refunds', object: 'refund', selected: true },
  { name: 'disputes', path: 'disputes', object: 'dispute', selected: true },
  { name: 'payouts', path: 'payouts', object: 'payout', selected: true },
  {
    name: 'balance_transactions',
    path: 'balance_transactions',
    object: 'balance_transaction',
    selected: true,
  },
  { name: 'application_fees', path: 'application_fees', object: 'application_fee' },
  { name: 'checkout_sessions', path: 'checkout/sessions', object: 'checkout.session' },
  { name: 'coupons', path: 'coupons', object: 'coupon' },
  { name: 'credit_notes', path: 'credit_notes', object: 'credit_note' },
  { name: 'invoiceitems', path: 'invoiceitems', object: 'invoiceitem', cursor: 'date' },
  { name: 'plans', path: 'plans', object: 'plan' },
  { name: 'promotion_codes', path: 'promotion_codes', object: 'promotion_code' },
  { name: 'setup_intents', path: 'setup_intents', object: 'setup_intent' },
  { name: 'subscription_schedules', path: 'subscription_schedules', object: 'subscription_schedule' },
  { name: 'tax_rates', path: 'tax_rates', object: 'tax_rate' },
  { name: 'topups', path: 'topups', object: 'topup' },
  { name: 'transfers', path: 'transfers', object: 'transfer' },
] as const satisfies readonly Endpoint[];

export type EndpointName = (typeof STRIPE_ENDPOINTS)[number]['name'];

/** Asked for one by one only: Stripe lists them by customer. Updates bring them where they are named. */
export const PAYMENT_METHODS: Endpoint = {
  name: 'payment_methods',
  path: 'payment_methods',
  object: 'payment_method',
};

const byName: ReadonlyMap<string, Endpoint> = new Map(STRIPE_ENDPOINTS.map((one) => [one.name, one]));
const byObject: ReadonlyMap<string, Endpoint> = new Map(
  [...STRIPE_ENDPOINTS, PAYMENT_METHODS].map((one) => [one.object, one]),
);

export const endpointNamed = (name: string): Endpoint | undefined => byName.get(name);
/** Names of tables that updates bring only where they are named. */
export const NAMED_UPDATES = [
  'payment_methods',
  'subscription_items',
  'payout_balance_transactions',
] as const;

export const endpointOfObject = (object: unknown): Endpoint | undefined => byObject.get(String(object));
