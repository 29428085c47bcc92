import { duckdbStore, type Store } from './place';
import { type Baseline, disturb, FAILPOINTS, makeBaseline, SCENARIOS } from './torture';

describe.each(SCENARIOS)('a load (%s) that is killed with -9 and tried again', (scenario) => {
  let store: Store;
  let baseline: Baseline;
  beforeAll(async () => {
    store = duckdbStore();
    baseline = await makeBaseline(store, scenario);
  });
  afterAll(() => store.close());

  // each point in two of the three, the one after the other; npm run torture has all of them, many times
  const points = FAILPOINTS.duckdb.filter((_, at) => at % SCENARIOS.length !== SCENARIOS.indexOf(scenario));

  test.each(points)('at %s leaves what an undisturbed one leaves', async (failpoint) => {
    const { struck, wal, actual } = await disturb(baseline, { fault: 'kill', failpoint });
    expect(struck).toBe(true);
    if (failpoint === 'after-commit' || failpoint === 'before-ack') expect(wal).toBe(true);
    expect(actual).toEqual(baseline.expected);
  });

  test('at random moments leaves what an undisturbed one leaves', async () => {
    const { actual } = await disturb(baseline, { fault: 'kill', after: Math.random() * baseline.lasts });
    expect(actual).toEqual(baseline.expected);
  });
});
