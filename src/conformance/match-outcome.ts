import { difference } from './compare';
import { normalized, tablesDifference } from './match-tables';
import type { CaseTable } from './read-tables';

interface Outcome {
  readonly error?: string;
  readonly error_in_run?: number;
  readonly tables?: Readonly<Record<string, CaseTable>>;
  readonly runs?: readonly Readonly<Record<string, unknown>>[];
}

/** Counts of rows by table: 0 and absent are the same. */
const counts = (given: unknown): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(normalized((given ?? {}) as Record<string, unknown>)).filter(([, count]) => count !== 0),
  );

/** What differs; of an error only the run in which it came is compared, its class is dlt's own. */
export function outcomeDifference(actual: unknown, expected: unknown): string | undefined {
  const [got, wanted] = [actual as Outcome, expected as Outcome];
  if (wanted.error !== undefined || got.error !== undefined)
    return wanted.error !== undefined && got.error_in_run === wanted.error_in_run
      ? undefined
      : `expected error ${wanted.error} in run ${wanted.error_in_run}, got ${got.error} in run ${got.error_in_run}`;
  for (const [index, run] of (wanted.runs ?? []).entries()) {
    const own = got.runs?.[index] ?? {};
    const found =
      difference(counts(own['normalized']), counts(run['normalized']), `runs[${index}].normalized`) ??
      difference(counts(own['in_tables']), counts(run['in_tables']), `runs[${index}].in_tables`) ??
      difference(
        own['incremental_last_value'],
        run['incremental_last_value'],
        `runs[${index}].incremental_last_value`,
      );
    if (found !== undefined) return found;
  }
  return tablesDifference(got.tables ?? {}, wanted.tables ?? {});
}
