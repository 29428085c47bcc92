// Stripe: every day from 2024 on what was created, and by events what changed.
import { defineConfig, duckdb, pipeline } from 'tidemark';
import { stripe } from 'tidemark/sources/stripe';

const payments = pipeline({
  name: 'stripe',
  destination: duckdb({ path: 'stripe.duckdb' }),
  dataset: 'stripe_data',
});

export default defineConfig({
  pipelines: [
    {
      pipeline: payments,
      source: () =>
        stripe().withResources(
          'customers',
          'products',
          'prices',
          'subscriptions',
          'invoices',
          'payment_intents',
          'charges',
          'refunds',
          'balance_transactions',
          'events',
          'updates',
        ),
      schedule: { cron: '@daily', timezone: 'UTC', startDate: '2024-01-01', catchup: true },
    },
  ],
});
