import { printStatus, statusAsJson } from '../../src/cli/output/status';
import type { PipelineStatus, ResourceSummary } from '../../src/operate';
import { fakeTerminal } from './fake-terminal';

const GAP = {
  start: '2024-01-02T00:00:00Z',
  end: '2024-01-05T00:00:00Z',
  cause: 'failed',
  row: undefined,
} as const;
const ORDERS: ResourceSummary = {
  source: 'shop',
  resource: 'orders',
  loads: 1,
  rows: 2,
  loadedUntil: '2024-01-02T00:00:00Z',
  reached: true,
  expected: true,
  gaps: [],
};
const COUNTRIES = { ...ORDERS, resource: 'countries', reached: false };
const STATUS: PipelineStatus = {
  pipeline: 'shop',
  schedule: {
    pipeline: 'shop',
    scheduleId: 'tidemark-shop',
    exists: true,
    paused: false,
    note: undefined,
    nextTick: undefined,
    lastTick: undefined,
  },
  runs: [],
  resources: [],
  unread: undefined,
};

function shown(status: Partial<PipelineStatus>): string {
  const { terminal, text } = fakeTerminal();
  printStatus(terminal, { ...STATUS, ...status });
  return text();
}

describe('gaps in the status', () => {
  test('of a resource that a backfill leaves out are none to backfill', () => {
    const text = shown({ resources: [{ ...ORDERS, gaps: [GAP] }, COUNTRIES] });
    expect(text).toMatch(/orders .* 1$/m);
    expect(text).toMatch(/countries .* –$/m);
    expect(text).toContain('1 gap: tidemark intervals shop lists them, tidemark backfill shop loads them');
    const failed = shown({ resources: [ORDERS, { ...COUNTRIES, gaps: [GAP] }] });
    expect(failed).not.toContain('tidemark backfill');
    expect(failed).toContain('1 gap of resources that no backfill loads: tidemark intervals shop');
  });

  test('are not counted where nobody looked for them', () => {
    const unexpected = { ...ORDERS, expected: false };
    const text = shown({ resources: [unexpected] });
    expect(text).toMatch(/orders .* –$/m);
    expect(text).toContain('tidemark intervals shop --from DATE lists what is missing');
    expect(shown({ schedule: undefined, resources: [unexpected] })).not.toContain('--from');
    expect(statusAsJson({ ...STATUS, resources: [unexpected, ORDERS] })).toMatchObject({
      resources: [{ gaps: null }, { gaps: 0 }],
    });
  });
});

test('a backfill that is paused says so and why, and a ledger that was not read is no empty one', () => {
  const run = {
    workflowId: 'tidemark-shop-backfill-x',
    runId: 'one',
    pipeline: 'shop',
    kind: 'backfill',
    status: 'running',
    interval: undefined,
    startedAt: new Date(0),
    closedAt: undefined,
    phase: 'paused',
    reason: 'an audit',
  } as const;
  const status = { runs: [run], resources: undefined, unread: 'The file is open in PID 7.' };
  const text = shown(status);
  expect(text).toMatch(/^paused +tidemark-shop-backfill-x .*an audit$/m);
  expect(text).toContain('the ledger was not read: The file is open in PID 7.');
  expect(shown({ runs: [{ ...run, phase: undefined, reason: undefined }] })).toMatch(/^running +tidemark/m);
  expect(statusAsJson({ ...STATUS, ...status })).toMatchObject({ resources: null, unread: status.unread });
});
