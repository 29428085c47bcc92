import { type BothWays, type Case, days, startBothWays } from './both-ways';

const DECOMPOSITIONS = ['none', 'serialize', 'parallel', 'parallel-isolated'] as const;
const TRIGGER_RULES = ['all_success', 'all_done', 'one_success', 'none_failed'] as const;
const interval = days(1, 3);
const later = days(2, 4);

/** One resource fails in the middle; the same is loaded again when it doesn't. */
const ALL = { orders: 4, items: 4, payments: 4, refunds: 4, notes: 1 };
const FAILED = 'EXTRACT_FAILED';

/** What one failing resource in the middle leaves of those after it, in the same source and in the next one. */
function afterFailure(
  decompose: (typeof DECOMPOSITIONS)[number],
  rule: (typeof TRIGGER_RULES)[number],
): Record<string, number | string> {
  const goesOn = rule === 'all_done' || decompose === 'parallel' || decompose === 'parallel-isolated';
  const refunds = goesOn || decompose === 'none' ? 4 : 'SKIPPED';
  return { ...ALL, payments: FAILED, refunds, notes: goesOn ? 1 : 'SKIPPED' };
}

/** Every rule with one decomposition, and with the others the two that differ most. */
const rulesOf = (decompose: (typeof DECOMPOSITIONS)[number]): readonly (typeof TRIGGER_RULES)[number][] =>
  decompose === 'serialize' ? TRIGGER_RULES : ['all_success', 'all_done'];

const FAILING = DECOMPOSITIONS.flatMap((decompose) =>
  rulesOf(decompose).map(
    (triggerRule): Case => ({
      name: `${decompose} with ${triggerRule}, where one fails in the middle`,
      entry: { decompose, triggerRule },
      steps: [{ request: interval, before: (world) => Object.assign(world, { broken: 'payments' }) }],
      last: afterFailure(decompose, triggerRule),
    }),
  ),
);

/** Appends without a key, from the stored cursor on; more rows come in between. */
const GOING_ON = DECOMPOSITIONS.map(
  (decompose): Case => ({
    name: `${decompose} in mode incremental, twice`,
    entry: { decompose, mode: 'incremental' },
    steps: [{}, { before: (world) => Object.assign(world, { days: 5 }) }],
    last: ALL,
  }),
);

const relabelled = (world: { label: string }): void => void Object.assign(world, { label: 'second' });
const onlyRefunds = { ...interval, resources: ['refunds'] };
const fewer = { ...onlyRefunds, replace: true, bind: { refunds: { perDay: 1 } } };

const FLAGS: readonly Case[] = [
  {
    name: 'a rerun of what failed',
    steps: [
      { request: interval, before: (world) => Object.assign(world, { broken: 'payments' }) },
      {
        request: { ...interval, resources: ['payments'] },
        before: (world) => Object.assign(world, { broken: undefined }),
      },
    ],
    last: { payments: 4 },
  },
  {
    name: 'resources that are chosen',
    steps: [{ request: { ...interval, resources: ['refunds', 'items'] } }],
    last: { items: 4, refunds: 4 },
  },
  {
    name: 'bound parameters',
    steps: [{ request: { ...interval, bind: { refunds: { perDay: 1 }, orders: { perDay: 3 } } } }],
    last: { ...ALL, orders: 6, items: 6, refunds: 2 },
  },
  {
    name: 'parameters bound to a resource that only feeds another',
    steps: [{ request: { ...interval, resources: ['items'], bind: { orders: { perDay: 3 } } } }],
    last: { items: 6 },
  },
  {
    name: 'a full refresh of an interval',
    steps: [{ request: interval }, { before: relabelled, request: { ...later, fullRefresh: true } }],
    last: ALL,
  },
  {
    name: 'a full refresh from startDate till now',
    entry: { schedule: { cron: '@daily', startDate: '2024-01-02' } },
    steps: [{ request: { fullRefresh: true } }],
    last: ALL,
  },
  {
    name: 'a full refresh in mode incremental',
    entry: { mode: 'incremental' },
    steps: [{}, { before: relabelled, request: { fullRefresh: true, resources: ['orders'] } }],
    last: { orders: 6 },
  },
  {
    name: 'a slice that is replaced',
    steps: [
      { request: interval },
      { before: relabelled, request: { ...interval, resources: ['payments', 'refunds'], replace: true } },
    ],
    last: { payments: 4, refunds: 4 },
  },
  {
    name: 'a slice that would lose rows',
    steps: [{ request: onlyRefunds }, { request: fewer }],
    last: { refunds: 'REPLACE_REFUSED' },
  },
  {
    name: 'a slice that loses rows by force',
    steps: [{ request: onlyRefunds }, { request: { ...fewer, force: true } }],
    last: { refunds: 2 },
  },
  {
    name: 'a logical date',
    entry: { schedule: { cron: '@daily', startDate: '2024-01-01' } },
    steps: [{ request: { logicalDate: '2024-01-02' } }],
    last: ALL,
  },
  {
    name: 'the interval before a date, with lookback',
    entry: { schedule: { cron: '@daily', startDate: '2024-01-01', lookback: '1d' } },
    steps: [{ request: { intervalAt: '2024-01-04' } }],
    last: ALL,
  },
  {
    name: 'no date, which leaves out what is loaded by interval',
    steps: [{}],
    last: { notes: 1 },
  },
  {
    name: 'mode incremental from the aligned startDate on',
    entry: { mode: 'incremental', schedule: { cron: '@daily', startDate: '2024-01-02' } },
    steps: [{}, { before: (world) => Object.assign(world, { days: 4 }) }],
    last: { orders: 2, items: 2, payments: 2, refunds: 2, notes: 1 },
  },
  {
    name: 'intervals in mode incremental',
    entry: { mode: 'incremental' },
    steps: [{ request: interval }, { request: later }],
    last: { orders: 0, items: 0, payments: 0, refunds: 0, notes: 1 },
  },
  {
    name: 'a failure that a retry mends, by an override',
    entry: { overrides: { payments: { retries: 1 } } },
    steps: [{ request: interval, before: (world) => Object.assign(world, { broken: 'payments', heals: 1 }) }],
    last: ALL,
  },
];

const CASES = [...FAILING, ...GOING_ON, ...FLAGS];
let both: BothWays;
beforeAll(async () => {
  both = await startBothWays(CASES);
}, 180_000);
afterAll(() => both.close());

describe('a run in this process leaves what the same run on the server leaves', () => {
  test.concurrent.each(CASES.map((one, index) => ({ ...one, index })))(
    '$name',
    async ({ steps, index, last }) => {
      const local = both.local(index);
      const onServer = both.onServer(index);
      for (const step of steps) await Promise.all([local.run(step), onServer.run(step)]);
      const left = await local.left();
      expect(left).toEqual(await onServer.left());
      expect(left.last).toEqual(last);
    },
    120_000,
  );
});

describe('a run on the server goes on from what one in this process stored', () => {
  test.concurrent.each(GOING_ON.map(({ name }, index) => ({ name, index: FAILING.length + index })))(
    '$name',
    async ({ index }) => {
      const { local, onServer } = both.place(index);
      await local.run({});
      await onServer.run({});
      const { last, tables } = await onServer.left();
      expect(last).toMatchObject({ orders: 0, payments: 0 });
      expect(tables).toMatchObject({ orders: { length: 6 }, payments: { length: 6 } });
    },
    120_000,
  );
});
