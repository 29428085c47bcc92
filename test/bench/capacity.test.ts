import { type Deployment, type Limit, leastSeconds, simulate } from '../../bench/capacity-model';

/** Plenty of everything. */
const PLENTY: Deployment = {
  loads: 1000,
  spreadSeconds: 0,
  actions: 10,
  actionsPerSecond: 1e6,
  workers: 1000,
  activities: 4,
  cores: 1,
  sourceSeconds: 1,
  cpuSeconds: 0.1,
  datasets: 1000,
  lockSeconds: 0.02,
};

test('where there is plenty, a load takes what it takes', () => {
  expect(simulate(PLENTY).seconds).toBeCloseTo(1.12 + 0.01, 6);
});

test.each<[Limit, Partial<Deployment>]>([
  ['actions', { actionsPerSecond: 50 }],
  ['activities', { workers: 2, cores: 100 }],
  ['cpu', { workers: 1, activities: 1000 }],
  ['lock', { datasets: 1 }],
])('where only %s is scarce, it alone decides, and is in use all the time', (scarce, part) => {
  const deployment = { ...PLENTY, ...part };
  const least = leastSeconds(deployment);
  const { seconds, use } = simulate(deployment);
  expect(Math.max(...Object.values(least))).toBe(least[scarce]);
  expect(seconds).toBeGreaterThanOrEqual(least[scarce]);
  // beyond it only the way of one load through the rest
  expect(seconds).toBeLessThanOrEqual(least[scarce] + 1.13);
  expect(Math.max(...Object.values(use))).toBe(use[scarce]);
  expect(use[scarce]).toBeLessThanOrEqual(1 + 1e-9);
});

test('loads that wait for a lock hold the activities of others up', () => {
  const jam = { ...PLENTY, workers: 10, cores: 100, loads: 400, sourceSeconds: 0, cpuSeconds: 0.01 };
  const spread = simulate({ ...jam, datasets: 400 });
  const one = simulate({ ...jam, datasets: 1 });
  expect(one.use.activities).toBeGreaterThan(0.9);
  expect(one.seconds).toBeGreaterThan(10 * spread.seconds);
});

test('loads that are spread over the period wait for nothing where there is enough for it', () => {
  const outcome = simulate({ ...PLENTY, workers: 10, spreadSeconds: 3600 });
  expect(outcome.longestWait.activities).toBe(0);
  expect(outcome.seconds).toBeGreaterThan(3590);
});
