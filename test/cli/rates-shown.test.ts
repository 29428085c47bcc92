import { backfillBar } from '../../src/cli/output/backfill-progress';
import { copyProgressView } from '../../src/cli/output/copy-progress';
import type { Progress } from '../../src/cli/output/progress';
import { localProgressView, runProgressView } from '../../src/cli/output/run-progress';
import type { RunProgress } from '../../src/contracts';
import { fakeTerminal } from './fake-terminal';

/** What was shown last on the line that is written over, and a clock that is set by hand. */
function watched() {
  let shown = '';
  const lines: string[] = [];
  const progress: Progress = {
    line: (text) => void lines.push(text),
    update: (text) => {
      shown = text;
    },
    end: () => undefined,
  };
  let ms = 0;
  const now = (): number => ms;
  const at = (seconds: number): void => {
    ms = seconds * 1000;
  };
  return { progress, lines, now, at, shown: () => shown };
}

const interval = { start: '2024-01-31T23:00:00Z', end: '2024-02-01T23:00:00Z' };

test('a copy tells how fast its rows come, and what is left of copying and comparing them', () => {
  const { progress, lines, now, at, shown } = watched();
  const show = copyProgressView(progress, 1000, now);
  show({ table: 'orders', step: 'copying', rows: 0 });
  expect(shown()).toBe('copying  orders  0 rows');
  at(2);
  show({ table: 'orders', step: 'copying', rows: 200 });
  // 1,800 of 2,000 are left, at 100 a second
  expect(shown()).toBe('copying  orders  200 rows  100 rows/s  about 18 s left');
  show({ table: 'orders', step: 'copied', rows: 1000 });
  at(10);
  show({ table: 'orders', step: 'reading', rows: 500 });
  expect(shown()).toBe('reading  orders  500 rows  150 rows/s  about 3.3 s left');
  expect(lines).toEqual(['copied  orders  1,000 rows']);
});

test('a run in this process tells rows of the resource at work, the rate of all, and for how long', () => {
  const { progress, now, at, shown } = watched();
  const show = localProgressView(progress, now);
  show({ resource: 'orders', rows: 0 });
  at(1);
  show({ resource: 'orders', rows: 500 });
  at(2);
  show({ resource: 'users', rows: 500 });
  expect(shown()).toBe('  · users  500 rows  500 rows/s  2.0 s');
});

test('a run on Temporal tells how many of its resources have ended, and the zone of its interval once', () => {
  const { progress, lines, now, at, shown } = watched();
  const show = runProgressView(fakeTerminal().terminal, progress, { zone: 'Europe/Berlin', now });
  const task = { resources: [], attempt: 1 };
  const state = (rows: number): RunProgress => ({
    version: 1,
    phase: 'loading',
    interval,
    tasks: [
      { ...task, name: 'a', phase: 'done', rows: 10 },
      { ...task, name: 'b', phase: 'loading', rows },
    ],
  });
  show(state(0));
  at(4);
  show(state(400));
  expect(lines).toEqual(['interval [2024-02-01, 2024-02-02) (times in Europe/Berlin)', '  ✓ a  10 rows']);
  expect(shown()).toBe('  · b  400 rows  100 rows/s  1/2  4.0 s');
});

test('a backfill tells its intervals a minute and the time left', () => {
  const bar = backfillBar(
    {
      version: 1,
      pipeline: 'p',
      phase: 'running',
      range: { from: interval.start, to: '2024-03-01T23:00:00Z' },
      parallel: 1,
      total: 20,
      loaded: 10,
      failed: 0,
      cancelled: 0,
      elsewhere: 0,
      rows: 1234,
      running: [interval],
      failures: [],
      leftOut: [],
      startedAt: '2024-03-02T00:00:00Z',
      perMinute: 20,
      etaMs: 30_000,
    },
    { zone: 'Europe/Berlin', now: () => Date.parse('2024-03-02T00:00:30Z') },
  );
  expect(bar).toMatch(
    / 10\/20 {2}50 % {2}1,234 rows {2}20\.0 intervals\/min {2}about 30 s left {2}\[2024-02-01, 2024-02-02\)$/,
  );
});
