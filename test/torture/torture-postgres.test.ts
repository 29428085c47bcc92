import { postgresStore, type Store } from './place';
import { type Baseline, disturb, FAILPOINTS, makeBaseline, SCENARIOS } from './torture';

let store: Store;
const baselines: Baseline[] = [];
beforeAll(async () => {
  store = await postgresStore();
  for (const scenario of SCENARIOS) baselines.push(await makeBaseline(store, scenario));
});
afterAll(() => store.close());

/** The scenarios in turn. */
const baseline = (index: number): Baseline => baselines[index % baselines.length]!;

describe('a load into Postgres that is disturbed and tried again leaves what an undisturbed one leaves', () => {
  test.each(FAILPOINTS.postgres.map((failpoint, index) => ({ failpoint, index })))(
    'killed with -9 at $failpoint',
    async ({ failpoint, index }) => {
      const of = baseline(index);
      const { struck, actual } = await disturb(of, { fault: 'kill', failpoint });
      expect(struck).toBe(true);
      expect(actual).toEqual(of.expected);
    },
  );

  test.each([
    { fault: 'cut', what: 'its connections ended by the server', failpoint: 'after-stage', index: 1 },
    { fault: 'cut', what: 'its connections ended by the server', failpoint: 'before-commit', index: 0 },
    { fault: 'crash', what: 'the server crashed', failpoint: 'after-insert', index: 1 },
    { fault: 'crash', what: 'the server crashed', failpoint: 'after-commit', index: 0 },
  ] as const)('$what at $failpoint', async ({ fault, failpoint, index }) => {
    const of = baseline(index);
    const { struck, actual } = await disturb(of, { fault, failpoint });
    expect(struck).toBe(true);
    expect(actual).toEqual(of.expected);
  });

  test.each(['cut', 'crash'] as const)('%s at a random moment', async (fault) => {
    const of = baseline(Math.floor(Math.random() * baselines.length));
    const { actual } = await disturb(of, { fault, after: Math.random() * of.lasts });
    expect(actual).toEqual(of.expected);
  });
});
