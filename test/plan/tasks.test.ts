import type { AttemptOutcome, PlannedTask, ResourceOutcome } from '../../src/contracts';
import { attemptTask, executePlan, runInOrder, type TaskStatus, TIMED_OUT } from '../../src/plan/tasks';
import { loaded } from '../workflows/plan-activities';

const task = (retries: number, ...resources: string[]): PlannedTask => ({
  name: 't',
  source: 's',
  components: resources.map((name) => ({ name, resources: [name], loadKey: name })),
  retry: { retries, timeoutMs: 1_000, heartbeatTimeoutMs: 1_000 },
});

const LOADED: AttemptOutcome = { status: 'loaded', outcomes: [loaded('r')] };
const LOST: AttemptOutcome = { status: 'lost', message: 'its worker fell silent' };
const failed = (more: Partial<Extract<AttemptOutcome, { status: 'failed' }>> = {}): AttemptOutcome => ({
  status: 'failed',
  code: 'HTTP_STATUS',
  message: 'answered with 503',
  retryable: true,
  ...more,
});

/** Attempts a task whose attempts end like this, the last one for ever; with what was slept between them. */
async function attempted(retries: number, ...ends: AttemptOutcome[]) {
  const slept: number[] = [];
  const { outcomes, attempts } = await attemptTask({
    task: task(retries, 'r'),
    attempt: (attempt) => Promise.resolve(ends[Math.min(attempt, ends.length) - 1]!),
    sleep: (ms) => Promise.resolve(void slept.push(ms)),
  });
  const { status, error } = outcomes[0] as ResourceOutcome;
  return { ended: error?.code ?? status, attempts, slept };
}

describe('the attempts of a task', () => {
  test.each<[string, number, AttemptOutcome[], { ended: string; attempts: number; slept: number[] }]>([
    ['the first one loads it', 0, [LOADED], { ended: 'loaded', attempts: 1, slept: [] }],
    [
      'failures are retried so often, later and later',
      3,
      [failed()],
      { ended: 'HTTP_STATUS', attempts: 4, slept: [1_000, 2_000, 4_000] },
    ],
    [
      'what no retry mends is not retried',
      3,
      [failed({ retryable: false })],
      { ended: 'HTTP_STATUS', attempts: 1, slept: [] },
    ],
    [
      'a wait that the source asks for is not counted, and is kept',
      0,
      [failed({ retryAfterMs: 9_000 }), failed({ retryAfterMs: 10 }), LOADED],
      { ended: 'loaded', attempts: 3, slept: [9_000, 1_000] },
    ],
    ['a lost worker is not counted', 0, [LOST, LOST, LOADED], { ended: 'loaded', attempts: 3, slept: [] }],
    ['three lost workers are enough', 9, [LOST], { ended: 'WORKER_LOST', attempts: 3, slept: [] }],
    ['a cancel ends them', 9, [{ status: 'cancelled' }], { ended: 'cancelled', attempts: 1, slept: [] }],
  ])('%s', async (_, retries, ends, expected) => {
    expect(await attempted(retries, ...ends)).toEqual(expected);
  });

  test('who watches is told how long the next one is waited for, and how many there can be', async () => {
    const told: unknown[] = [];
    const ends = [failed(), failed({ retryAfterMs: 9_000 }), failed(), failed()];
    await attemptTask({
      task: task(2, 'r'),
      attempt: (attempt) => Promise.resolve(ends[attempt - 1]!),
      sleep: () => Promise.resolve(),
      watch: ({ phase, attempt, of, waitMs }) => phase === 'retrying' && told.push([attempt, of, waitMs]),
    });
    expect(told).toEqual([
      [1, 3, 1_000],
      [2, 4, 9_000],
      [3, 4, 2_000],
    ]);
  });

  test('a source that asks for patience again and again is given up in the end', async () => {
    const { ended, attempts } = await attempted(1, failed({ retryAfterMs: 1 }));
    expect({ ended, attempts }).toEqual({ ended: 'HTTP_STATUS', attempts: 52 });
  });

  test('a cancel while it waits for the next one ends them', async () => {
    const { outcomes } = await attemptTask({
      task: task(3, 'r'),
      attempt: () => Promise.resolve(failed()),
      sleep: () => Promise.reject(new Error('cancelled')),
    });
    expect(outcomes).toMatchObject([{ status: 'cancelled' }]);
  });

  test('what the last attempt knows of a resource is told; the others share the failure', async () => {
    const { outcomes } = await attemptTask({
      task: task(0, 'a', 'b'),
      attempt: () => Promise.resolve(failed({ outcomes: [loaded('a', 7)] })),
      sleep: () => Promise.resolve(),
    });
    expect(outcomes).toMatchObject([
      { resource: 'a', status: 'loaded', rows: 7 },
      { resource: 'b', status: 'failed', error: { code: 'HTTP_STATUS' } },
    ]);
  });
});

describe('what an attempt committed stays loaded', () => {
  const ended = async (retries: number, ...ends: AttemptOutcome[]) => {
    const { outcomes } = await attemptTask({
      task: task(retries, 'a', 'b'),
      attempt: (attempt) => Promise.resolve(ends[attempt - 1]!),
      sleep: () => (ends.length > 1 ? Promise.resolve() : Promise.reject(new Error('cancelled'))),
    });
    return outcomes.map(({ status, rows, error }) => [status, rows, error?.code]);
  };
  const outcomes = [loaded('a', 7)];
  const A_LOADED = ['loaded', 7, undefined];
  const B_CANCELLED = ['cancelled', 0, undefined];

  test.each<[string, AttemptOutcome[], unknown]>([
    ['it is cancelled itself', [{ status: 'cancelled', outcomes }], B_CANCELLED],
    ['it times out', [{ ...TIMED_OUT, retryable: false, outcomes }], ['failed', 0, 'LOAD_TIMEOUT']],
    ['the wait for the next one is cancelled', [failed({ outcomes })], B_CANCELLED],
    ['the next one is cancelled', [failed({ outcomes }), { status: 'cancelled' }], B_CANCELLED],
    ['the next one times out', [failed({ outcomes }), TIMED_OUT, TIMED_OUT], ['failed', 0, 'LOAD_TIMEOUT']],
    [
      'its worker is lost',
      [{ ...LOST, outcomes } as AttemptOutcome, LOST, LOST],
      ['failed', 0, 'WORKER_LOST'],
    ],
  ])('where %s', async (_, ends, b) => {
    expect(await ended(1, ...ends)).toEqual([A_LOADED, b]);
  });
});

test('what the ledger knows as committed is loaded, though the run has heard of a timeout only', async () => {
  const told: (readonly ResourceOutcome[])[] = [];
  const { outcomes } = await executePlan({
    run: { version: 1, pipeline: 'p' },
    plan: {
      ...{ version: 1, pipeline: 'p', kind: 'manual', leftOut: [], indexed: false, hooks: true },
      range: { mode: 'interval', interval: null, now: '2024-01-01T00:00:00Z' },
      decompose: { kind: 'none', limit: 1 },
      triggerRule: 'all_done',
      tasks: [task(0, 'a', 'b')],
    },
    executor: {
      attempt: () => Promise.resolve(TIMED_OUT),
      sleep: () => Promise.resolve(),
      cancelled: () => false,
      record: () => Promise.resolve([{ loadKey: 'a', resource: 'a', rows: 7, loadId: '1.0' }]),
      callHooks: (input) => Promise.resolve(void told.push(input.outcomes)),
    },
  });
  expect(outcomes).toMatchObject([
    { resource: 'a', status: 'loaded', rows: 7, loadId: '1.0' },
    { resource: 'b', status: 'failed', error: { code: 'LOAD_TIMEOUT' } },
  ]);
  expect(told).toEqual([outcomes]);
});

describe('the order of tasks', () => {
  const order = async (
    kind: Parameters<typeof runInOrder>[1]['decompose']['kind'],
    statuses: Readonly<Record<string, TaskStatus>>,
    changes: Partial<Parameters<typeof runInOrder>[1]> = {},
  ) => {
    const begun: string[] = [];
    const results = await runInOrder(
      Object.keys(statuses).map((name) => ({ name })),
      {
        decompose: { kind, limit: 2 },
        triggerRule: 'all_done',
        cancelled: () => false,
        ...changes,
        statusOf: (result: TaskStatus) => result,
        async run({ name }, skipped) {
          if (skipped !== undefined) return 'skipped';
          begun.push(name);
          return statuses[name]!;
        },
      },
    );
    return { begun, results };
  };
  const middle = { a: 'loaded', b: 'failed', c: 'loaded', d: 'loaded' } as const;

  test('with all_done each runs, whatever became of the one before it', async () => {
    expect(await order('serialize', middle)).toEqual({
      begun: ['a', 'b', 'c', 'd'],
      results: ['loaded', 'failed', 'loaded', 'loaded'],
    });
  });

  test.each(['all_success', 'one_success', 'none_failed'] as const)(
    'with %s what comes after a failure is skipped',
    async (triggerRule) => {
      expect(await order('none', middle, { triggerRule })).toEqual({
        begun: ['a', 'b'],
        results: ['loaded', 'failed', 'skipped', 'skipped'],
      });
    },
  );

  test('in parallel no trigger rule is asked, and results keep their order', async () => {
    const { begun, results } = await order('parallel-isolated', middle, { triggerRule: 'all_success' });
    expect([...begun].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(results).toEqual(['loaded', 'failed', 'loaded', 'loaded']);
  });

  test('of a cancelled run each says so itself', async () => {
    const { begun } = await order('serialize', middle, {
      triggerRule: 'all_success',
      cancelled: () => true,
    });
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });
});
