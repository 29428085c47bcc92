import { resolveConfig, type WorkerLimitsConfig } from '../../src/config';
import { parseByteSize } from '../../src/config/byte-size';

const configOf = (worker: WorkerLimitsConfig) =>
  resolveConfig({
    temporal: { worker },
    pipelines: [{ pipeline: { name: 'p' }, source: () => ({ name: 's', resourceNames: ['r'] }) }],
  });

describe('the limits of a worker', () => {
  test('have defaults', () => {
    expect(configOf({}).worker).toEqual({
      maxConcurrentActivities: 4,
      maxCachedWorkflows: undefined,
      gracefulStopMs: 10_000,
      memoryLimitBytes: undefined,
    });
  });

  test('are read', () => {
    const given = {
      maxConcurrentActivities: 8,
      maxCachedWorkflows: 50,
      gracefulStop: '1m',
      memoryLimit: '2GB',
    };
    expect(configOf(given).worker).toEqual({
      maxConcurrentActivities: 8,
      maxCachedWorkflows: 50,
      gracefulStopMs: 60_000,
      memoryLimitBytes: 2 ** 31,
    });
  });

  test.each([
    [{ maxConcurrentActivities: 0 }, 'temporal.worker.maxConcurrentActivities'],
    [{ gracefulStop: 'soon' }, '"soon"'],
    [{ memoryLimit: '2 elephants' }, '"2 elephants"'],
    [{ memoryLimit: '0MB' }, 'write 512MB or 2GB'],
  ])('%j is refused, named with its place or value', (worker, named) => {
    expect(() => configOf(worker)).toThrow(named);
  });

  test.each([
    ['512MB', 2 ** 29],
    ['1.5 gb', 1.5 * 2 ** 30],
    ['64KB', 2 ** 16],
  ])('%s is a size', (text, bytes) => expect(parseByteSize(text)).toBe(bytes));
});
