import { namesAndGuess, TidemarkError } from '../errors';
import { errorText, Mismatch } from './check';
import { CHECK_KINDS } from './checks';
import { runInPlace } from './in-place';
import type { MakeDestination } from './make-destination';
import { RECORDED_KINDS, recordedCases, runRecorded } from './recorded-cases';

/** What became of one check or case. */
export interface CheckResult {
  readonly kind: string;
  readonly name: string;
  readonly passed: boolean;
  /** What was asked, and the place where it differs; undefined if it passed. */
  readonly problem?: string | undefined;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
}

/** Options of {@link runSuite}. */
export interface SuiteOptions {
  readonly destination: MakeDestination;
  /** The folder of the recorded cases. */
  readonly cases: string;
  /** Kinds to run. @default all */
  readonly only?: readonly string[] | undefined;
  /** Milliseconds after which a check that has not ended has failed. @default 60,000 */
  readonly timeoutMs?: number | undefined;
  /** Ends the suite before its next check. */
  readonly signal?: AbortSignal | undefined;
}

/** Every kind there is, in the order in which they are run. */
export const SUITE_KINDS: readonly string[] = [...CHECK_KINDS.map(({ kind }) => kind), ...RECORDED_KINDS];

interface Planned {
  readonly kind: string;
  readonly name: string;
  run(dataset: string): Promise<void>;
}

/**
 * Runs the suite against a destination and gives each result when it is there. Each check has a folder and a dataset of its own.
 * @throws USAGE for a kind that isn't there, CANCELLED
 */
export async function* runSuite(options: SuiteOptions): AsyncGenerator<CheckResult, void, void> {
  for (const kind of options.only ?? [])
    if (!SUITE_KINDS.includes(kind))
      throw new TidemarkError(
        'USAGE',
        `There is no kind "${kind}"; choose of ${namesAndGuess(kind, SUITE_KINDS)}`,
      );
  const prefix = `conformance_${Date.now().toString(36)}`;
  let count = 0;
  for (const { kind, name, run } of planned(options)) {
    if (options.signal?.aborted === true)
      throw new TidemarkError('CANCELLED', `The suite was stopped before its check "${name}".`);
    count += 1;
    const dataset = `${prefix}_${count}`;
    try {
      await within(options.timeoutMs ?? 60_000, run(dataset));
      yield { kind, name, passed: true };
    } catch (error) {
      yield { kind, name, passed: false, ...problemOf(error) };
    }
  }
}

function problemOf(error: unknown): Pick<CheckResult, 'problem' | 'expected' | 'found'> {
  if (error instanceof Mismatch)
    return { problem: error.message, expected: error.expected, found: error.found };
  return { problem: 'it was not done', expected: 'no error', found: errorText(error) };
}

function planned({ destination, cases, only }: SuiteOptions): readonly Planned[] {
  const wanted = (kind: string): boolean => only === undefined || only.includes(kind);
  const checks = CHECK_KINDS.filter(({ kind }) => wanted(kind)).flatMap((one) =>
    one.checks.map((check) => ({
      kind: one.kind,
      name: check.name,
      run: (dataset: string) => runInPlace(destination, dataset, check),
    })),
  );
  const recorded = RECORDED_KINDS.filter(wanted).flatMap((kind) =>
    recordedCases(cases, kind).map((one) => ({
      kind,
      name: `${one.id}: ${one.about}`,
      async run(dataset: string) {
        const differs = await runRecorded(one, destination, dataset);
        if (differs !== undefined)
          throw new Mismatch(`case ${one.id}`, `what ${one.producer} leaves`, differs);
      },
    })),
  );
  return [...checks, ...recorded];
}

/** A check that never ends, such as for a lock that is not let go, has failed. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Mismatch('it takes too long', `an end within ${ms / 1000} s`, 'no end')),
      ms,
    );
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
