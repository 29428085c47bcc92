import type { CheckGroup } from './check';
import type { CheckOptions } from './options';
import type { Outcome } from './run-checks';
import type { Target } from './target';
import type { Used } from './used';

/** What a whole run asked of the emulator, and what it billed for that: 10 MB for each table of a statement. */
const WHOLE = { jobs: '3,150', gigabytes: '40', dollars: '0.25', hours: 'an hour' };

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What will be made, and what that costs. */
export function tellPlan(
  { client, prefix }: Target,
  groups: readonly CheckGroup[],
  { endpoint, keep }: CheckOptions,
): void {
  const { projectId, location } = client.place;
  say(`BigQuery at ${endpoint ?? 'Google'}, project "${projectId}", location "${location ?? 'US'}"`);
  say(`Checks: ${groups.map(({ group, checks }) => `${checks.length} of ${group}`).join(', ')}`);
  say(
    `They make datasets whose names begin with "${prefix}"; ${keep ? 'those stay' : 'those are deleted at the end, and on Ctrl-C'}.`,
  );
  if (endpoint !== undefined) return;
  say(
    `All groups together are about ${WHOLE.jobs} jobs, which bill ${WHOLE.gigabytes} GB by the emulator's count: ${WHOLE.dollars} USD on demand, beyond the free TiB of a month. It may be some times that, and take ${WHOLE.hours}.`,
  );
}

/** A line for a check. */
export function tellOutcome({ group, name, passed, detail, seconds }: Outcome): void {
  const line = `${passed ? 'passed' : 'FAILED'}  ${group.padEnd(9)}  ${name} (${seconds.toFixed(1)} s)`;
  say(detail === undefined ? line : `${line}: ${detail.replace(/\s*\n\s*/g, ' ')}`);
}

export function tellUsed({ jobs, bytesBilled, slotMs }: Used): void {
  const gigabytes = (bytesBilled / 2 ** 30).toFixed(2);
  say(`Used: ${jobs} jobs, ${gigabytes} GB billed, ${(slotMs / 1000).toFixed(0)} s of slots`);
}
