import { AssertionError } from 'node:assert';
import { redact } from '../../config';
import { shown, TidemarkError } from '../../errors';
import { type Interval, instantMs } from '../../interval';
import { checkOptions, hidden, listOf, object, satisfying } from '../../options';
import { isRecord } from '../../value';
import { instantOf } from '../clock';
import { checkSourceGiven } from '../load/load-for-test';
import type { TestSource } from '../load/test-dataset';
import { breakable } from './break-source';
import { beginChecks, CHECKS, type Check, type CheckContext } from './checks';
import { tablesDifference } from './compare';
import type { CheckSourceOptions, SourceCheck, SourceReport } from './types';

const interval = satisfying(
  '{ start, end }, both ISO instants',
  (value) => isRecord(value) && [value['start'], value['end']].every((one) => typeof one === 'string'),
);
const hasNow = hidden(
  'what testClock(…) gives',
  (value) => isRecord(value) && typeof value['set'] === 'function',
);
const isEmulator = hidden(
  'what startEmulator(…) gives',
  (value) => isRecord(value) && Array.isArray(value['requests']) && isRecord(value['faults']),
);
const checks = object<CheckSourceOptions>(
  {
    intervals: listOf(interval),
    now: satisfying('an instant', (value) => value !== null),
    clock: hasNow,
    api: isEmulator,
  },
  { required: ['intervals'] },
);

/**
 * Loads a source in all the ways in which a scheduler, a backfill and a failure would, and compares what comes out: interval
 * by interval in any order, again, after a failure, and one load going on from the other. All must leave the same
 * rows as one load. Each way is a dataset of its own, in a temporary file.
 *
 * @throws LoadFailedError if the source can't be loaded at all; CONFIG_INVALID, USAGE for options that leave nothing to compare
 * @example
 * const report = await checkSource(shop({ baseUrl: api.url }), { intervals: [monday, tuesday, wednesday], api });
 * report.expectPassed();
 */
export async function checkSource(source: TestSource, options: CheckSourceOptions): Promise<SourceReport> {
  checkSourceGiven('checkSource', source);
  checkOptions('checkSource', options, checks);
  const range = rangeOf(options.intervals);
  const { clock } = options;
  const stood = clock?.now();
  const now = instantOf(options.now ?? range.end);
  clock?.set(now);
  try {
    const context = await beginChecks(breakable(source), { options, now, range });
    const done: SourceCheck[] = [];
    for (const check of CHECKS) done.push(await outcomeOf(check, context));
    return reportOf(done);
  } finally {
    if (stood !== undefined) clock?.set(new Date(stood));
  }
}

/** All intervals as one. @throws USAGE where there are less than two, or one doesn't begin where the one before it ends */
function rangeOf(intervals: readonly Interval[]): Interval {
  const [first, ...others] = intervals;
  if (first === undefined || others.length === 0)
    throw new TidemarkError(
      'USAGE',
      'checkSource needs two intervals at least, to compare them with one load.',
    );
  for (const [at, { start }] of others.entries())
    if (instantMs(start) !== instantMs(intervals[at]!.end))
      throw new TidemarkError(
        'USAGE',
        `The interval from "${shown(start)}" does not begin where the one before it ends, at "${shown(intervals[at]!.end)}"; intervals follow each other, oldest first.`,
      );
  return { start: first.start, end: others.at(-1)!.end };
}

async function outcomeOf(check: Check, context: CheckContext): Promise<SourceCheck> {
  const { name } = check;
  const skipped = check.skipped?.(context);
  if (skipped !== undefined) return { name, status: 'skipped', problem: skipped };
  try {
    const expected = check.expected?.(context) ?? context.reference;
    const found = await check.found(context);
    const lines = tablesDifference(expected.tables, found.tables);
    if (lines.length === 0) return { name, status: 'passed', problem: undefined };
    return { name, status: 'failed', problem: lines.join('\n') };
  } catch (error) {
    return {
      name,
      status: 'failed',
      problem: redact(error instanceof Error ? error.message : String(error)),
    };
  }
}

const MARKS = { passed: '✓', failed: '✗', skipped: '–' } as const;

function reportOf(done: readonly SourceCheck[]): SourceReport {
  const passed = done.every(({ status }) => status !== 'failed');
  const lines = done.flatMap(({ name, status, problem }) => [
    `${MARKS[status]} ${name}`,
    ...(problem?.split('\n').map((line) => `    ${line}`) ?? []),
  ]);
  const text = lines.join('\n');
  return {
    passed,
    checks: done,
    expectPassed: function called() {
      if (passed) return;
      throw new AssertionError({
        message: `The source does not do what every source should:\n${text}`,
        operator: 'expectPassed',
        stackStartFn: called,
        expected: done.map(({ name }) => `passed: ${name}`),
        actual: done.map(({ name, status }) => `${status === 'failed' ? status : 'passed'}: ${name}`),
      });
    },
    toString: () => text,
  };
}
