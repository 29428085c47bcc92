import { backfillProgressView } from '../../src/cli/output/backfill-progress';
import { failuresOfRun, printFailures } from '../../src/cli/output/failure';
import { createProgress } from '../../src/cli/output/progress';
import { retryLine, runProgressView } from '../../src/cli/output/run-progress';
import { renderRunResult } from '../../src/cli/output/run-result';
import { createTerminal, type Terminal } from '../../src/cli/output/terminal';
import type { BackfillProgress, ResourceOutcome, RunProgress } from '../../src/contracts';

function recorded(): { terminal: Terminal; lines(): string[] } {
  let text = '';
  const stream = {
    write: (chunk: unknown) => {
      text += String(chunk);
      return true;
    },
  };
  const terminal = createTerminal({ stdout: stream, stderr: stream, redact: (line) => line });
  return { terminal, lines: () => text.split('\n').slice(0, -1) };
}

const interval = { start: '2023-02-05T00:00:00Z', end: '2023-02-12T00:00:00Z' };
const backfill: BackfillProgress = {
  version: 1,
  pipeline: 'p',
  phase: 'running',
  range: { from: '2023-02-05T00:00:00Z', to: '2023-08-06T00:00:00Z' },
  parallel: 1,
  total: 26,
  loaded: 0,
  failed: 0,
  cancelled: 0,
  elsewhere: 0,
  rows: 0,
  running: [interval],
  failures: [],
  leftOut: [],
  startedAt: '2023-08-07T00:00:00Z',
  perMinute: null,
  etaMs: null,
};

describe('progress without a terminal', () => {
  test('of a backfill has a line for each step, each failure once, and a pause with its reason', () => {
    const { terminal, lines } = recorded();
    const show = backfillProgressView(terminal, createProgress(terminal));
    const failure = {
      interval,
      workflowId: 'w',
      code: 'HTTP_STATUS',
      message: 'answered with 503\ntickets: 503',
    };
    show({ ...backfill, phase: 'planning', total: 0 });
    show(backfill);
    show({ ...backfill, loaded: 1, rows: 1960, etaMs: 50_000 });
    show({ ...backfill, loaded: 1, rows: 1960, etaMs: 49_000 });
    const failed = { ...backfill, loaded: 1, rows: 1960, failed: 1, failures: [failure] };
    show(failed);
    show({ ...failed, phase: 'paused', reason: 'ten failures in a row' });
    show({ ...failed, phase: 'paused', reason: 'ten failures in a row' });
    expect(lines()).toEqual([
      '  0/26 intervals  0 rows',
      '  1/26 intervals  1,960 rows  about 50 s left',
      '  ✗ [2023-02-05, 2023-02-12)  answered with 503',
      '      tickets: 503',
      '  2/26 intervals  1,960 rows',
      '  paused: ten failures in a row',
    ]);
  });

  test('of a run tells the interval once, and each task when it has ended', () => {
    const { terminal, lines } = recorded();
    const show = runProgressView(terminal, createProgress(terminal));
    const task = { resources: ['a'], attempt: 1, rows: 0 };
    const state: RunProgress = { version: 1, phase: 'planning', interval: null, tasks: [] };
    show(state);
    show({
      ...state,
      phase: 'loading',
      interval,
      tasks: [{ ...task, name: 'a', phase: 'loading' }],
    });
    const ended: RunProgress = {
      ...state,
      phase: 'loading',
      interval,
      tasks: [
        { ...task, name: 'a', phase: 'done', rows: 1400 },
        {
          ...task,
          name: 'b',
          phase: 'failed',
          error: { code: 'HTTP_STATUS', message: 'answered with 503' },
        },
      ],
    };
    show(ended);
    show(ended);
    expect(lines()).toEqual([
      'interval [2023-02-05, 2023-02-12)',
      '  ✓ a  1,400 rows',
      '  ✗ b  answered with 503',
    ]);
  });
});

test('the last lines of a failure name resource, interval, cause and the command that tries again', () => {
  const { terminal, lines } = recorded();
  const cause = { interval, code: 'HTTP_UNAUTHORIZED', message: '401; check the secret' };
  printFailures(
    terminal,
    [
      { resource: 'a', ...cause },
      { resource: 'b', ...cause },
      { resource: 'c', ...cause, message: '401; the account is closed' },
    ],
    { pipeline: 'p', zone: 'UTC' },
  );
  expect(lines()).toEqual([
    'failed a, b [2023-02-05, 2023-02-12): 401; check the secret [HTTP_UNAUTHORIZED]',
    'failed c [2023-02-05, 2023-02-12): 401; the account is closed [HTTP_UNAUTHORIZED]',
    'again:  tidemark run p --resource a --resource b --resource c --from 2023-02-05 --to 2023-02-12',
  ]);
});

test('what was left out for a failure is loaded again with it, and is no failure of its own', () => {
  const { terminal, lines } = recorded();
  const outcome = { rows: 0, tables: {}, bytes: 0, schemaChanges: [], loadId: null };
  const outcomes: ResourceOutcome[] = [
    { ...outcome, resource: 'a', status: 'loaded' },
    { ...outcome, resource: 'b', status: 'failed', error: { code: 'HTTP_STATUS', message: 'no' } },
    {
      ...outcome,
      resource: 'c',
      status: 'skipped',
      error: { code: 'SKIPPED', message: '"b" was not loaded' },
    },
    { ...outcome, resource: 'd', status: 'cancelled' },
  ];
  printFailures(terminal, failuresOfRun({ outcomes, interval: null }), { pipeline: 'p' });
  expect(lines()).toEqual([
    'failed b –: no [HTTP_STATUS]',
    'again:  tidemark run p --resource b --resource c',
  ]);
});

test('below a failure stands what it was caused by, and with --verbose where', () => {
  const said = (verbose: boolean): readonly string[] => {
    const { terminal, lines } = recorded();
    const cause = new Error('it broke', { cause: new Error('the disk is full') });
    const failure = { resource: 'a', interval: null, code: 'DESTINATION_FAILED', message: 'it broke', cause };
    printFailures(terminal, [failure], { pipeline: 'p', verbose });
    return lines();
  };
  const plain = ['failed a –: it broke [DESTINATION_FAILED]', '  cause the disk is full'];
  expect(said(false)).toEqual([...plain, 'again:  tidemark run p --resource a']);
  expect(said(true).slice(0, 4)).toEqual([...plain, 'Error: it broke', expect.stringMatching(/^ +at /)]);
});

describe('the line of an attempt that failed', () => {
  const error = { code: 'HTTP_STATUS', message: 'answered with 503\nand a long page' };
  const change = { phase: 'retrying', attempt: 1, of: 4, waitMs: 1_000, error } as const;

  test('says what it failed of, which it was, and when the next one comes', () => {
    expect(retryLine('orders', change)).toBe('orders: answered with 503 (attempt 1 of 4), again in 1 s');
    expect(retryLine('orders', { ...change, waitMs: 3_600_000 })).toMatch(/again in 1 h 0 min$/);
  });

  test('is there only where a next one is waited for', () => {
    expect(retryLine('orders', { phase: 'loading', attempt: 2 })).toBeUndefined();
  });
});

test('the result of a run says what was there already, as a local one does', () => {
  const { terminal } = recorded();
  const base = { status: 'loaded', tables: {}, bytes: 0, schemaChanges: [], loadId: null } as const;
  const fates = { updated: 0, skipped: 20, stale: 0, deleted: 1 };
  const result = {
    version: 1,
    pipeline: 'p',
    kind: 'manual',
    interval,
    now: interval.end,
    leftOut: [],
    outcomes: [
      { ...base, resource: 'orders', rows: 0, fates },
      { ...base, resource: 'users', rows: 3 },
    ],
  } as const;
  expect(renderRunResult(terminal, result).split('\n').slice(-3)).toEqual([
    expect.stringMatching(/^resource .* load id +notes$/),
    expect.stringMatching(/^orders +loaded +0 +20 there already, 1 deleted$/),
    expect.stringMatching(/^users +loaded +3$/),
  ] as string[]);
});
