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

/**
 * The last lines of a command whose load failed: resource, interval, cause, and the command that tries again. What several
 * resources failed of is said once, such as a secret that none of them finds.
 */
export function printFailures(terminal: Terminal, failures: readonly Failure[], rerun: Rerun): void {
  const style = styleFor(terminal.colour);
  for (const group of groupedBy(
    failures,
    ({ interval, code, message }) => `${textOf(interval)} ${code} ${message}`,
  )) {
    const [{ interval, code, message }] = group;
    const names = group.map(({ resource }) => resource ?? rerun.pipeline).join(', ');
    terminal.err(`${style.red('failed')} ${names} ${textOf(interval)}: ${message} ${style.dim(`[${code}]`)}`);
  }
  for (const group of groupedBy(failures, ({ interval }) => textOf(interval))) {
    const resources = group.flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
    terminal.err(`again:  ${rerunCommand({ ...rerun, interval: group[0].interval, resources })}`);
  }
}

const textOf = (interval: Interval | null): string => formatInterval(interval ?? undefined);

function groupedBy(
  failures: readonly Failure[],
  keyOf: (failure: Failure) => string,
): (readonly [Failure, ...Failure[]])[] {
  const groups = new Map<string, [Failure, ...Failure[]]>();
  for (const failure of failures) {
    const group = groups.get(keyOf(failure));
    if (group === undefined) groups.set(keyOf(failure), [failure]);
    else group.push(failure);
  }
  return [...groups.values()];
}
