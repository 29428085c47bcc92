import type { Interval } from '../../interval';
import type { Emulator } from '../api';
import type { TestClock, TestInstant } from '../clock';

/** Options of {@link checkSource}. */
export interface CheckSourceOptions {
  /** Data intervals that follow each other without a gap, oldest first; two at least, with rows in more than one of them. */
  readonly intervals: readonly Interval[];
  /** The now of every load of intervals, to which `clock` is set, too. @default the end of the last interval */
  readonly now?: TestInstant | undefined;
  /**
   * The clock that the API goes by. With it the loads that go on from each other are made as days would make them: it is set
   * to the end of one interval after the other, and at last back to where it stood. @default the API's rows don't come with time
   */
  readonly clock?: TestClock | undefined;
  /** The emulator that the source asks. With it answers are broken, too; its own faults end then. @default extraction alone is broken */
  readonly api?: Pick<Emulator, 'requests' | 'faults'> | undefined;
}

/** What became of one check. */
export interface SourceCheck {
  /** A sentence that says what should hold. */
  readonly name: string;
  /** `skipped`: it can't be made with what was given; {@link SourceCheck.problem} says why. */
  readonly status: 'passed' | 'failed' | 'skipped';
  /** What differs, in lines: rows by table and key, or the error of a load. Undefined if it passed. */
  readonly problem: string | undefined;
}

/** The outcome of {@link checkSource}; as text it is a report for people. */
export interface SourceReport {
  /** Whether no check failed. */
  readonly passed: boolean;
  readonly checks: readonly SourceCheck[];
  /** @throws AssertionError (of `node:assert`) with the report, if a check failed */
  expectPassed(): void;
  toString(): string;
}
