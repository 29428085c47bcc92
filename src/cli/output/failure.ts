import type { Interval } from '../../interval';
import { formatInterval } from './format';
import { type Rerun, rerunCommand } from './rerun-command';
import { styleFor } from './style';
import type { Terminal } from './terminal';

/** One resource, or one interval as a whole, that failed. */
export interface Failure {
  readonly resource?: string | undefined;
  readonly interval: Interval | null;
  readonly code: string;
  readonly message: string;
}

/** The last lines of a command whose load failed: resource, interval, cause, and the command that tries again. */
export function printFailures(terminal: Terminal, failures: readonly Failure[], rerun: Rerun): void {
  const style = styleFor(terminal.colour);
  for (const failure of failures) {
    terminal.err(
      `${style.red('failed')} ${failure.resource ?? rerun.pipeline} ${formatInterval(failure.interval ?? undefined)}: ${failure.message} ${style.dim(`[${failure.code}]`)}`,
    );
  }
  for (const [, group] of groupByInterval(failures)) {
    const resources = group.flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
    terminal.err(`again:  ${rerunCommand({ ...rerun, interval: group[0]!.interval, resources })}`);
  }
}

function groupByInterval(failures: readonly Failure[]): Map<string, Failure[]> {
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    const key = formatInterval(failure.interval ?? undefined);
    groups.set(key, [...(groups.get(key) ?? []), failure]);
  }
  return groups;
}
