import type { LoadIntervalResult } from '../../contracts';
import type { Interval } from '../../interval';
import { type Rerun, rerunCommand } from '../../operate';
import { cureOf } from './cure';
import { printCauses } from './error';
import { styleFor } from './style';
import type { Terminal } from './terminal';
import { timesIn } from './times';

/** One resource, or one interval as a whole, that failed. */
export interface Failure {
  readonly resource?: string | undefined;
  readonly interval: Interval | null;
  readonly code: string;
  readonly message: string;
  /** Whether it was left out because of another one: it is loaded again with that, and is no failure of its own. */
  readonly skipped?: boolean | undefined;
  /** Whether it is known what it was for, so that a command can load it again. @default true */
  readonly repeatable?: boolean | undefined;
  /** What it was thrown as, where that was in this process. */
  readonly cause?: unknown;
}

/** The resources of a run that are to be loaded again: those that failed, and those that the trigger rule left out for it. */
export function failuresOfRun(
  { outcomes, interval }: Pick<LoadIntervalResult, 'outcomes' | 'interval'>,
  causes: readonly unknown[] = [],
): readonly Failure[] {
  return outcomes.flatMap(({ resource, status, error }, index) =>
    error === undefined || status === 'loaded'
      ? []
      : [{ resource, interval, ...error, skipped: status === 'skipped', cause: causes[index] }],
  );
}

/**
 * The last lines of a command whose load failed: resource, interval, cause, and the command that tries again. What several
 * resources failed of is said once, such as a secret that none of them finds.
 */
export function printFailures(
  terminal: Terminal,
  failures: readonly Failure[],
  { verbose, ...rerun }: Rerun & { readonly verbose?: boolean | undefined },
): void {
  const style = styleFor(terminal.colour);
  const textOf = timesIn(rerun.zone).interval;
  for (const group of groupedBy(
    failures.filter(({ skipped }) => skipped !== true),
    ({ interval, code, message }) => `${textOf(interval)} ${code} ${message}`,
  )) {
    const [{ interval, code, message, cause }] = group;
    const names = group.map(({ resource }) => resource ?? rerun.pipeline).join(', ');
    terminal.err(`${style.red('failed')} ${names} ${textOf(interval)}: ${message} ${style.dim(`[${code}]`)}`);
    printCauses(terminal, cause, verbose);
    const cure = cureOf([message]);
    if (cure !== undefined) terminal.err(`  ${cure}`);
  }
  const repeatable = failures.filter((failure) => failure.repeatable !== false);
  for (const group of groupedBy(repeatable, ({ interval }) => textOf(interval))) {
    const resources = group.flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
    terminal.err(`again:  ${rerunCommand({ ...rerun, interval: group[0].interval, resources })}`);
  }
}

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
