// The same with Jest's own assertions: describe, test and expect are Jest's.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Emulator, loadForTest, recordAnswers, replayAnswers } from 'tidemark/testing';
import { shop } from './shop';
import { order, startShop, TOKEN } from './shop-api';

const orders = [order(1, 1), order(2, 1, { lines: [] }), order(3, 2)];
let api: Emulator;
beforeAll(async () => {
  api = await startShop(orders);
});
afterAll(() => api.close());

test('orders are loaded as the API has them', async () => {
  const loaded = await loadForTest(shop({ token: TOKEN, baseUrl: api.url }));
  expect(loaded.rows('orders')).toEqual(orders);
  loaded.expectRows('orders', orders);
  expect(() => loaded.expectRows('orders', orders.slice(1))).toThrow(/not expected: \{ id: 1/);
});

test('what was recorded is loaded again without the API', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'answers-'));
  const upstream = await startShop(orders);
  await using recorder = await recordAnswers({ folder, upstream: upstream.url });
  await loadForTest(shop({ token: TOKEN, baseUrl: recorder.url }));
  await upstream.close();
  expect((await fetch(`${recorder.url}/v1/orders`)).status).toBe(502);
  await using replay = await replayAnswers({ folder });
  const loaded = await loadForTest(shop({ token: 'any', baseUrl: replay.url }));
  loaded.expectRows('orders', orders);
});
