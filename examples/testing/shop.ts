import { bearer, defineSource, incremental, nextLink, resource, secret } from 'tidemark';
import { z } from 'zod';

export interface Order {
  readonly id: number;
  readonly updated_at: string;
  readonly status: string;
  readonly total: number;
  readonly lines: readonly { readonly sku: string; readonly count: number }[];
}

/** The orders of a shop, in the order in which they changed. */
export const shop = defineSource({
  name: 'shop',
  config: z.object({ token: secret(z.string()), baseUrl: z.string().default('https://api.shop.example') }),
  http: (c) => ({ baseUrl: c.baseUrl, auth: bearer(c.token) }),
  resources: () => [
    resource({
      name: 'orders',
      primaryKey: 'id',
      writeDisposition: 'merge',
      incremental: {
        updatedAt: incremental({
          cursor: 'updated_at',
          type: 'iso',
          initialValue: '2024-01-01T00:00:00Z',
          allowExternalSchedulers: true,
        }),
      },
      async *extract({ incremental: { updatedAt }, http }) {
        const pages = http.pages<{ orders: Order[] }>('/v1/orders', {
          params: { updated_from: updatedAt.startValue, updated_to: updatedAt.endValue },
          next: nextLink('next'),
        });
        for await (const page of pages) yield page.orders;
      },
    }),
  ],
});
