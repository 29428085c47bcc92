import { TidemarkError } from '../../errors';
import type { Interval } from '../../interval';
import type { Fault } from '../api';
import type { TestInstant } from '../clock';
import type { BreakableSource } from './break-source';
import { rowCount } from './compare';
import { type Step, type Trial, tryLoads } from './trial';
import type { CheckSourceOptions } from './types';

/** What every check of a source is made from. */
export interface CheckContext {
  /** Its extraction can be made to break. */
  readonly breakable: BreakableSource;
  readonly options: CheckSourceOptions;
  /** Now of the loads of intervals. */
  readonly now: TestInstant;
  /** All intervals as one. */
  readonly range: Interval;
  /** One load of the whole range, with which loads of intervals are compared. */
  readonly reference: Trial;
  /** Items of each resource in that load. */
  readonly items: ReadonlyMap<string, number>;
  /** One load without an interval at the end of the range, and its items: with it loads that go on from each other are compared. */
  readonly continued: Trial;
  readonly continuedItems: ReadonlyMap<string, number>;
  /** Requests of the load of the whole range; 0 where the emulator isn't known. */
  readonly requests: number;
}

/** One thing that should hold of a source. */
export interface Check {
  readonly name: string;
  /** Why it can't be made. @default it can */
  readonly skipped?: (context: CheckContext) => string | undefined;
  /** Loads that should leave the same rows as `expected`. */
  readonly found: (context: CheckContext) => Promise<Trial>;
  /** @default the load of the whole range */
  readonly expected?: (context: CheckContext) => Trial;
}

const loadsOf = ({ now }: CheckContext, intervals: readonly Interval[]): readonly Step[] =>
  intervals.map((interval) => ({ interval, now }));

/** Every second from the last on, then those between them: neither their order nor its reverse. */
function shuffled(intervals: readonly Interval[]): readonly Interval[] {
  const newestFirst = intervals.toReversed();
  return [0, 1].flatMap((from) => newestFirst.filter((_, at) => at % 2 === from));
}

/** Steps without an interval, each of which goes on from the one before it: at the end of each interval. */
function continuation(
  { clock }: Pick<CheckSourceOptions, 'clock'>,
  intervals: readonly Interval[],
): readonly Step[] {
  return intervals.map(({ end }) => ({ now: end, before: () => clock?.set(end) }));
}

/** Breaks at the last item, then loads again. @throws Error if it doesn't break: nothing was tried then */
async function brokenOnce(
  { breakable }: CheckContext,
  step: Step,
  items: ReadonlyMap<string, number>,
): Promise<Trial> {
  const breaks: Step = {
    ...step,
    before: () => {
      step.before?.();
      breakable.breakAtLast(items);
    },
    mayFail: true,
  };
  try {
    const trial = await tryLoads(breakable.source, [breaks, { ...step, before: breakable.mend }]);
    if (trial.failures === 0 && items.size > 0)
      throw new Error(
        'The load did not break at its last item: it brought fewer items than a load before it.',
      );
    return trial;
  } finally {
    breakable.mend();
  }
}

const FAULTS: readonly Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'cut' },
  { kind: 'cutBody' },
  { kind: 'brokenJson' },
];
const FAULT_NAMES: Readonly<Partial<Record<Fault['kind'], string>>> = {
  status: 'is an error 500',
  cut: 'never comes',
  cutBody: 'breaks off',
  brokenJson: 'is half a JSON text',
};

/** An answer in the middle of a load is broken; whether that load or the next one brings the rows, they are the same. */
const brokenAnswer = (fault: Fault): Check => ({
  name: `an answer that ${FAULT_NAMES[fault.kind]} loses and doubles nothing`,
  skipped: ({ options: { api }, requests }) => {
    if (api === undefined) return 'Pass the emulator that the source asks as "api".';
    return requests === 0 ? 'The source did not ask the emulator that is given as "api".' : undefined;
  },
  async found(context) {
    const { breakable, options, range, now, requests } = context;
    const { faults } = options.api!;
    try {
      return await tryLoads(breakable.source, [
        {
          interval: range,
          now,
          before: () => faults.inject({ ...fault, at: Math.ceil(requests / 2) }),
          mayFail: true,
        },
        { interval: range, now, before: faults.clear, onlyAfterFailure: true },
      ]);
    } finally {
      faults.clear();
    }
  },
});

/** In the order in which they are made: those that go on from each other move the clock, and come last. */
export const CHECKS: readonly Check[] = [
  {
    name: 'the intervals one by one hold the rows of one load of the whole range',
    async found(context) {
      const trial = await tryLoads(context.breakable.source, loadsOf(context, context.options.intervals));
      if (trial.rows.filter((rows) => rows > 0).length < 2)
        throw new Error('Only one of the intervals brought rows: choose intervals of which several do.');
      return trial;
    },
  },
  {
    name: 'the order of the intervals does not matter',
    found: (context) =>
      tryLoads(context.breakable.source, loadsOf(context, shuffled(context.options.intervals))),
  },
  {
    name: 'loading the same interval again doubles nothing',
    found: (context) => tryLoads(context.breakable.source, loadsOf(context, [context.range, context.range])),
  },
  {
    name: 'a load of an interval that breaks at its last item loses nothing when it is made again',
    found: (context) => {
      const { range, now, items } = context;
      return brokenOnce(context, { interval: range, now }, items);
    },
  },
  ...FAULTS.map(brokenAnswer),
  {
    name: 'loads that go on from each other hold the rows of one load',
    found: (context) =>
      tryLoads(context.breakable.source, continuation(context.options, context.options.intervals)),
    expected: ({ continued }) => continued,
  },
  {
    name: 'a load that goes on and breaks at its last item loses nothing when it is made again',
    found: (context) => {
      const [step] = continuation(context.options, [context.range]);
      return brokenOnce(context, step!, context.continuedItems);
    },
    expected: ({ continued }) => continued,
  },
];

/** The loads that the others are compared with. @throws LoadFailedError; USAGE where they bring no rows */
export async function beginChecks(
  breakable: BreakableSource,
  {
    options,
    now,
    range,
  }: { readonly options: CheckSourceOptions; readonly now: TestInstant; readonly range: Interval },
): Promise<CheckContext> {
  const asked = options.api?.requests.length ?? 0;
  const reference = await tryLoads(breakable.source, [{ interval: range, now }]);
  const requests = (options.api?.requests.length ?? 0) - asked;
  if (rowCount(reference.tables) === 0)
    throw new TidemarkError(
      'USAGE',
      `No rows came for ${range.start} to ${range.end}: there is nothing to compare. Choose intervals that hold rows.`,
    );
  const items = breakable.counts();
  breakable.mend();
  const continued = await tryLoads(breakable.source, continuation(options, [range]));
  const continuedItems = breakable.counts();
  breakable.mend();
  options.clock?.set(now);
  return { breakable, options, now, range, reference, items, continued, continuedItems, requests };
}
