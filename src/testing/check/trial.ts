import type { Interval } from '../../interval';
import { LoadFailedError } from '../../pipeline';
import { instantOf, type TestInstant } from '../clock';
import type { TestTables } from '../load/tables';
import { TestDataset, type TestSource } from '../load/test-dataset';

/** One load of a trial; without an interval it goes on from where the last one ended. */
export interface Step {
  readonly interval?: Interval | undefined;
  readonly now: TestInstant;
  readonly before?: (() => void) | undefined;
  /** Whether the trial goes on where the load fails. @default false */
  readonly mayFail?: boolean;
  /** Whether it is made only where the step before it failed. @default false */
  readonly onlyAfterFailure?: boolean;
}

/** What a trial left: its tables, and how its loads ended. */
export interface Trial {
  readonly tables: TestTables;
  /** Rows that each load brought, child tables left out; of those that didn't fail. */
  readonly rows: readonly number[];
  readonly failures: number;
}

/** Loads step after step into a dataset of its own. @throws LoadFailedError of a step that may not fail */
export async function tryLoads(source: TestSource, steps: readonly Step[]): Promise<Trial> {
  await using dataset = await TestDataset.make();
  const rows: number[] = [];
  let failures = 0;
  let failed = false;
  for (const { interval, now, before, mayFail, onlyAfterFailure } of steps) {
    if (onlyAfterFailure === true && !failed) continue;
    failed = false;
    before?.();
    try {
      const { resources } = await dataset.run(source, { interval, now: instantOf(now) });
      rows.push(resources.reduce((sum, report) => sum + report.rows, 0));
    } catch (error) {
      if (mayFail !== true || !(error instanceof LoadFailedError)) throw error;
      failures += 1;
      failed = true;
    }
  }
  return { tables: await dataset.read(source), rows, failures };
}
