import type { Rule } from './rules';
import { simulate } from './simulate';

export interface SweepOptions {
  readonly from: number;
  readonly seeds: number;
  /** A rule that the protocol doesn't have in these runs. */
  readonly without?: Rule | undefined;
  /** Ends at the so many-th seed that went wrong. @default all are run */
  readonly most?: number | undefined;
}

export interface Swept {
  readonly failed: readonly { readonly seed: number; readonly wrong: readonly string[] }[];
  readonly seeds: number;
  readonly steps: number;
  readonly commits: number;
}

/** Simulates one seed after the other. */
export async function sweep({ from, seeds, without, most = seeds }: SweepOptions): Promise<Swept> {
  const failed: { seed: number; wrong: readonly string[] }[] = [];
  let [steps, commits, seed] = [0, 0, from];
  for (; seed < from + seeds && failed.length < most; seed++) {
    const run = await simulate({ seed, without });
    steps += run.steps;
    commits += run.commits;
    if (run.wrong.length > 0) failed.push({ seed, wrong: run.wrong });
  }
  return { failed, seeds: seed - from, steps, commits };
}
