// node --test dist/examples/testing/shop.test.js
import { after, before, test } from 'node:test';
import { checkSource, loadForTest, replayAnswers, testClock } from 'tidemark/testing';
import { shop } from './shop';
import { order, startShop, TOKEN } from './shop-api';

const clock = testClock('2024-03-09T00:00:00Z');
const orders = [order(1, 1), order(2, 1, { lines: [] }), order(3, 2), order(4, 3, { status: 'open' })];
const day = (number: number) => ({
  start: `2024-03-0${number}T00:00:00Z`,
  end: `2024-03-0${number + 1}T00:00:00Z`,
});

let api: Awaited<ReturnType<typeof startShop>>;
before(async () => {
  api = await startShop(orders, clock);
});
after(() => api.close());
const source = () => shop({ token: TOKEN, baseUrl: api.url });

test('orders and their lines are loaded', async () => {
  const loaded = await loadForTest(source());
  loaded.expectRows('orders', [
    {
      id: 1,
      updated_at: '2024-03-01T12:00:00Z',
      status: 'paid',
      total: 2.5,
      lines: [{ sku: 'sku-1', count: 1 }],
    },
    { id: 2, updated_at: '2024-03-01T12:00:00Z', status: 'paid', total: 5 },
    {
      id: 3,
      updated_at: '2024-03-02T12:00:00Z',
      status: 'paid',
      total: 7.5,
      lines: [{ sku: 'sku-3', count: 1 }],
    },
    {
      id: 4,
      updated_at: '2024-03-03T12:00:00Z',
      status: 'open',
      total: 10,
      lines: [{ sku: 'sku-4', count: 1 }],
    },
  ]);
});

test('a day is loaded by itself', async () => {
  const loaded = await loadForTest(source(), { interval: day(2) });
  loaded.expectRows('orders', [{ id: 3 }], { columns: ['id'] });
});

test('an order that changes is replaced', async () => {
  const changing = [...orders];
  await using other = await startShop(changing);
  const loaded = await loadForTest(shop({ token: TOKEN, baseUrl: other.url }), {
    runs: [{}, { before: () => void changing.splice(3, 1, order(4, 5)) }],
  });
  loaded.expectRows(
    'orders',
    [{ status: 'paid' }, { status: 'paid' }, { status: 'paid' }, { status: 'paid' }],
    {
      columns: ['status'],
    },
  );
});

test('from the second day till now', async () => {
  const interval = { start: '2024-03-02T00:00:00Z', end: '2024-03-02T00:00:00Z' };
  const loaded = await loadForTest(source(), { interval, now: '2024-03-03T00:00:00Z' });
  loaded.expectRows('orders', [{ id: 3 }], { columns: ['id'] });
});

test('a limit is waited for, and an answer that breaks off is asked for again', async () => {
  api.faults.inject({ kind: 'cutBody' });
  api.faults.inject({ kind: 'status', status: 429, headers: { 'retry-after': 1 }, at: 2 });
  const loaded = await loadForTest(source());
  loaded.expectRows('orders', [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }], { columns: ['id'] });
});

test('the source does what every source should', async () => {
  const report = await checkSource(source(), { intervals: [day(1), day(2)], clock, api });
  report.expectPassed();
});

test('what the API once answered is loaded without it', async () => {
  await using recorded = await replayAnswers({ folder: 'examples/testing/answers' });
  const loaded = await loadForTest(shop({ token: 'any', baseUrl: recorded.url }));
  loaded.expectRows('orders', [{ id: 1 }, { id: 2 }, { id: 3 }], { columns: ['id'] });
});
