import {
  bearerAuth,
  cursorPage,
  type Emulator,
  linkTo,
  reply,
  startEmulator,
  type TestClock,
} from 'tidemark/testing';
import type { Order } from './shop';

export const TOKEN = 'token-of-the-shop';

/** An order of March 2024, changed at noon of a day. */
export const order = (id: number, day: number, more: Partial<Order> = {}): Order => ({
  id,
  updated_at: `2024-03-0${day}T12:00:00Z`,
  status: 'paid',
  total: id * 2.5,
  lines: [{ sku: `sku-${id}`, count: 1 }],
  ...more,
});

/** The shop's API on a loopback port: two orders a page, and none that changed after what the clock shows. */
export async function startShop(orders: readonly Order[], clock?: TestClock): Promise<Emulator> {
  return startEmulator({
    auth: bearerAuth(TOKEN),
    now: clock?.now ?? Date.now,
    limits: [{ requests: 1000, seconds: 60 }],
    routes: {
      'GET /v1/orders': (request) => {
        const from = request.query.get('updated_from') ?? '';
        const to = request.query.get('updated_to') ?? new Date(request.now).toISOString();
        const matching = orders.filter(({ updated_at }) => updated_at >= from && updated_at < to);
        const after = request.query.get('after') ?? undefined;
        const { rows, next } = cursorPage(matching, { after, limit: 2, keyOf: ({ id }) => String(id) });
        return reply({
          body: { orders: rows, next: next === undefined ? null : linkTo(request, { after: next }) },
        });
      },
    },
  });
}
