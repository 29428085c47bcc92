import { renderTrace } from '../../src/cli/output/trace';
import type { RunTrace } from '../../src/operate';
import { fakeTerminal } from './fake-terminal';

const trace: RunTrace = {
  workflowId: 'tidemark-shop-2024-01-02T00:00:00Z',
  runId: 'r',
  pipeline: 'shop',
  interval: { start: '2024-01-01T00:00:00Z', end: '2024-01-02T00:00:00Z' },
  status: 'completed',
  startedAt: new Date('2024-01-02T00:00:00Z'),
  totalMs: 72_400,
  planMs: 120,
  queueMs: 31_000,
  attempts: [
    { task: 'orders', attempt: 1, status: 'failed', pausedMs: 0, workerMs: 5_100, ranMs: 12_000 },
    { task: 'orders', attempt: 2, status: 'completed', pausedMs: 1_000, workerMs: 0, ranMs: 23_000 },
  ],
  resources: [
    {
      resource: 'orders',
      status: 'loaded',
      rows: 1_200,
      timings: {
        totalMs: 22_900,
        phasesMs: { begin: 40, extract: 20_000, normalize: 700, lock: 1_500, insert: 660 },
        http: {
          requests: 12,
          bytes: 3_400_000,
          answeringMs: 8_000,
          parsingMs: 300,
          waitingMs: { 'retry-after': 11_000 },
        },
      },
    },
    { resource: 'items', status: 'loaded', rows: 5, timings: undefined },
  ],
};

test('a trace shows waits, attempts and the parts of each load', () => {
  const text = renderTrace(fakeTerminal().terminal, trace);
  expect(text.split('\n').map((line) => line.trimEnd())).toEqual([
    'shop [2024-01-01, 2024-01-02)  completed in 1 min 12 s: planned in 0.1 s, waited 31 s for its turn',
    '',
    expect.stringMatching(/^task +attempt +paused before +waited for a worker +ran$/),
    expect.stringMatching(/^orders +1 +failed +5\.1 s +12 s$/),
    expect.stringMatching(/^orders +2 +completed +1\.0 s +0\.0 s +23 s$/),
    '',
    'orders  1,200 rows in 23 s',
    '  looked at what is stored          40 ms',
    '  extracted                          20 s',
    '    12 requests, 3,400,000 bytes: 8.0 s until answered, 300 ms of parsing, 11 s of waiting (retry-after)',
    '  made tables                      700 ms',
    '  commit: waited for the database   1.5 s',
    '  commit: wrote rows               660 ms',
  ]);
});

test('a trace of a run that goes on says so', () => {
  const running = { ...trace, totalMs: undefined, attempts: [], resources: [] };
  expect(renderTrace(fakeTerminal().terminal, running)).toBe(
    'shop [2024-01-01, 2024-01-02)  runs: planned in 0.1 s, waited 31 s for its turn',
  );
});
