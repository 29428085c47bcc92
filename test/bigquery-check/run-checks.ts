import { Mismatch } from '../../src/conformance/check';
import type { Check, CheckGroup } from './check';
import type { Target } from './target';

/** What became of a check. */
export interface Outcome {
  readonly group: string;
  readonly name: string;
  readonly passed: boolean;
  /** Of one that failed, what was found; of another, what there is to tell. */
  readonly detail: string | undefined;
  readonly seconds: number;
}

interface Running {
  readonly parallel: number;
  /** Once aborted, no further check begins; what runs is waited for. */
  readonly signal: AbortSignal;
  /** Told of each check when it has ended. */
  readonly onOutcome: (outcome: Outcome) => void;
}

/** Runs checks, each in datasets of its own: some at once, then those that must be alone. */
export async function runChecks(
  target: Target,
  groups: readonly CheckGroup[],
  { parallel, signal, onOutcome }: Running,
): Promise<void> {
  const all = groups.flatMap(({ group, checks }) => checks.map((check) => ({ group, check })));
  const work = async (waiting: Iterable<(typeof all)[number]>): Promise<void> => {
    for (const { group, check } of waiting) {
      if (signal.aborted) return;
      onOutcome(await runCheck(target, group, check));
    }
  };
  const shared = all.filter(({ check }) => check.alone !== true).values();
  await Promise.all(Array.from({ length: parallel }, () => work(shared)));
  await work(all.filter(({ check }) => check.alone === true));
}

function textOf(error: unknown): string {
  if (error instanceof Mismatch) return `${error.message}: expected ${error.expected}, found ${error.found}`;
  return error instanceof Error ? error.message : String(error);
}

async function runCheck(target: Target, group: string, check: Check): Promise<Outcome> {
  const begun = performance.now();
  const outcome = (passed: boolean, detail: string | undefined): Outcome => ({
    group,
    name: check.name,
    passed,
    detail,
    seconds: (performance.now() - begun) / 1000,
  });
  try {
    return outcome(true, await check.run(target));
  } catch (error) {
    return outcome(false, textOf(error));
  }
}
