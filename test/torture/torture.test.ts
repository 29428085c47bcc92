import { rmSync } from 'node:fs';
import { type Baseline, disturb, FAILPOINTS, makeBaseline, SCENARIOS } from './torture';

describe.each(SCENARIOS)('a load (%s) that is killed with -9 and tried again', (scenario) => {
  let baseline: Baseline;
  beforeAll(async () => {
    baseline = await makeBaseline(scenario);
  });
  afterAll(() => rmSync(baseline.folder, { recursive: true, force: true }));

  test.each(FAILPOINTS)('at %s leaves what an undisturbed one leaves', async (failpoint) => {
    const { killed, wal, actual } = await disturb(baseline, { failpoint });
    expect(killed).toBe(true);
    if (failpoint === 'after-commit' || failpoint === 'before-ack') expect(wal).toBe(true);
    expect(actual).toEqual(baseline.expected);
  });

  test('at random moments leaves what an undisturbed one leaves', async () => {
    for (let round = 0; round < 4; round++) {
      const { actual } = await disturb(baseline, { killAfter: Math.random() * baseline.lasts });
      expect(actual).toEqual(baseline.expected);
    }
  });
});
