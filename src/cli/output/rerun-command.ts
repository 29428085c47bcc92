import type { LoadOptions } from '../../contracts';
import type { Interval } from '../../interval';
import { formatInstant } from './format';

/** What a run was asked for beside its pipeline and time: what a command that repeats it has to ask for too. */
export interface Rerun extends LoadOptions {
  readonly pipeline: string;
  readonly config?: string | undefined;
  /** The zone that the command will read a bare date in. @default unknown: every instant is written out */
  readonly zone?: string | undefined;
  /** Whether it ran in this process, without Temporal. @default false */
  readonly local?: boolean | undefined;
}

/** How the command would be typed that loads an interval's resources again. */
export function rerunCommand(
  rerun: Rerun & { readonly interval: Interval | null; readonly resources?: readonly string[] | undefined },
): string {
  const {
    pipeline,
    interval,
    resources = [],
    config,
    bind = {},
    fullRefresh,
    replace,
    force,
    local,
    zone,
  } = rerun;
  const bindings = Object.entries(bind).flatMap(([resource, values]) =>
    Object.entries(values).map(([parameter, value]) => `${resource}.${parameter}=${JSON.stringify(value)}`),
  );
  return shellCommand([
    'tidemark',
    'run',
    pipeline,
    ...resources.flatMap((resource) => ['--resource', resource]),
    ...dateFlags(interval, zone),
    ...bindings.flatMap((binding) => ['--bind', binding]),
    ...(fullRefresh === true ? ['--full-refresh'] : []),
    ...(replace === true ? ['--replace'] : []),
    ...(force === true ? ['--force'] : []),
    ...(local === true ? ['--local'] : []),
    ...(config === undefined ? [] : ['--config', config]),
  ]);
}

function dateFlags(interval: Interval | null, zone: string | undefined): string[] {
  if (interval === null) return [];
  const { start, end } = interval;
  // a bare date is midnight in the schedule's zone
  const text = (instant: string): string =>
    zone === 'UTC' ? formatInstant(instant) : instant.replace(/\.0+Z$/, 'Z');
  // a manual run's (T, T) is not a range: it means from T till now
  if (start === end) return ['--logical-date', text(start)];
  return ['--from', text(start), '--to', text(end)];
}

/** Words as a shell reads them: quoted where one has more than letters, digits and the usual marks. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
