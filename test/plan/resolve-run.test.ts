import { type RunRequest, resolveRun } from '../../src/plan';
import { fakeConfig, fakePipeline, fakeSource } from '../temporal/fake-engine';

const [entry] = fakeConfig([
  {
    pipeline: fakePipeline('p'),
    source: () => fakeSource('s', ['r']),
    schedule: { cron: '@daily', timezone: 'Europe/Berlin', startDate: '2024-01-01' },
  },
]).pipelines;

function resolved(request: Omit<RunRequest, 'pipeline'>) {
  if (entry === undefined) throw new Error('the config has no entry');
  return resolveRun(entry, { pipeline: 'p', ...request });
}

describe('a manual run', () => {
  test('reads dates without an offset in the zone of the schedule', () => {
    const { input } = resolved({ from: '2024-06-01', to: '2024-06-01T12:00:00Z' });
    expect(input.time).toEqual({
      kind: 'interval',
      interval: { start: '2024-05-31T22:00:00Z', end: '2024-06-01T12:00:00Z' },
    });
  });

  test('has the id of the tick where its interval is one, so that it cannot run beside the Schedule', () => {
    const tick = 'tidemark-p-2024-06-01T22:00:00Z';
    expect(resolved({ from: '2024-06-01', to: '2024-06-02' }).workflowId).toBe(tick);
    expect(resolved({ intervalAt: '2024-06-02T05:00:00+02:00' }).workflowId).toBe(tick);
    expect(resolved({ from: '2024-06-01', to: '2024-06-03' }).workflowId).not.toBe(tick);
  });

  test.each([
    [{ from: '2024-06-01' }, 'USAGE'],
    [{ from: '2024-06-02', to: '2024-06-01' }, 'INTERVAL_INVALID'],
    [{ logicalDate: '2024-06-01', intervalAt: '2024-06-01' }, 'USAGE'],
    [{ logicalDate: 'yesterday' }, 'INSTANT_INVALID'],
  ])('%j is refused with %s', (request, code) => {
    expect(() => resolved(request)).toThrow(expect.objectContaining({ code }));
  });
});
