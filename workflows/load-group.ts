import { ApplicationFailure } from '@temporalio/workflow';
import type {
  GroupResult,
  LoadIntervalInput,
  LoadIntervalResult,
  ResourceOutcome,
  WireInterval,
} from '../src/contracts';
import { readChildFailure } from './failures';

/** Worst first: what a resource amounts to over several intervals. */
const BY_WEIGHT = ['failed', 'cancelled', 'loaded', 'skipped'] as const;

function together(a: ResourceOutcome | undefined, b: ResourceOutcome): ResourceOutcome {
  if (a === undefined) return b;
  const status = BY_WEIGHT.find((one) => a.status === one || b.status === one) ?? b.status;
  const tables: Record<string, number> = { ...a.tables };
  for (const [name, rows] of Object.entries(b.tables)) tables[name] = (tables[name] ?? 0) + rows;
  const error = a.error ?? b.error;
  return {
    ...{ resource: b.resource, status, tables, rows: a.rows + b.rows, bytes: a.bytes + b.bytes },
    schemaChanges: [...new Set([...a.schemaChanges, ...b.schemaChanges])],
    loadId: b.loadId ?? a.loadId,
    ...(error !== undefined && { error }),
  };
}

/**
 * Loads neighbouring intervals one after the other in one run. Each has its plan, load keys, transactions and ledger
 * rows; one that fails stops none of the others, and the run fails in the end naming each.
 */
export async function loadGroup(
  input: LoadIntervalInput,
  group: readonly WireInterval[],
  load: (one: LoadIntervalInput) => Promise<LoadIntervalResult>,
): Promise<LoadIntervalResult> {
  const { group: _group, ...rest } = input;
  const outcomes = new Map<string, ResourceOutcome>();
  const failures: GroupResult['failures'][number][] = [];
  let last: LoadIntervalResult | undefined;
  for (const interval of group) {
    let result: LoadIntervalResult | undefined;
    try {
      result = await load({ ...rest, time: { kind: 'interval', interval } });
    } catch (error) {
      const end = readChildFailure(error);
      if (end.kind === 'cancelled') throw error;
      failures.push({ interval, code: end.code, message: end.message });
      result = end.result;
    }
    for (const outcome of result?.outcomes ?? [])
      outcomes.set(outcome.resource, together(outcomes.get(outcome.resource), outcome));
    last = result ?? last;
  }
  const ends = group.flatMap(({ start, end }) => [start, end]).sort();
  const whole = { start: ends[0] ?? '', end: ends.at(-1) ?? '' };
  const result: LoadIntervalResult = {
    version: 1,
    pipeline: input.pipeline,
    kind: input.kind ?? 'manual',
    interval: whole,
    now: last?.now ?? '',
    outcomes: [...outcomes.values()],
    leftOut: last?.leftOut ?? [],
    group: { loaded: group.length - failures.length, failures },
  };
  if (failures.length === 0) return result;
  const lines = failures.map(({ interval, message }) => `[${interval.start}, ${interval.end}): ${message}`);
  throw ApplicationFailure.create({
    type: 'RUN_FAILED',
    message: `${failures.length} of ${group.length} intervals failed (pipeline "${input.pipeline}").\n${lines.join('\n')}`,
    nonRetryable: true,
    details: [result],
  });
}
