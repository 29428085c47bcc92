import type { LoadOptions } from '../contracts';
import type { Interval } from '../interval';
import type { BackfillRequest, RunRequest } from '../plan';

/** What every command line may have. */
export interface CommandOptions {
  /** The config file. @default left out: the command finds it */
  readonly config?: string | undefined;
}

/** How a backfill would be typed: the same request again. */
export function backfillCommand(request: BackfillRequest, options: CommandOptions = {}): string {
  const { pipeline, from, to, chunk, group, parallel, order, select = 'missing', resources = [] } = request;
  return shellCommand([
    'tidemark',
    'backfill',
    pipeline,
    ...flag('--from', from),
    ...flag('--to', to),
    ...flag('--chunk', chunk),
    ...flag('--group', group),
    ...flag('--order', order),
    ...flag('--parallel', parallel),
    ...resources.flatMap((resource) => flag('--resource', resource)),
    ...(select === 'missing' ? [] : [`--${select}`]),
    ...flag('--config', options.config),
  ]);
}

/** How a manual run would be typed: the same request again. */
export function runCommand(
  request: RunRequest,
  options: CommandOptions & { readonly local?: boolean | undefined } = {},
): string {
  const { pipeline, resources = [], logicalDate, intervalAt, from, to } = request;
  const { bind = {}, fullRefresh, replace, force } = request;
  const bindings = Object.entries(bind).flatMap(([resource, values]) =>
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([parameter, value]) => `${resource}.${parameter}=${JSON.stringify(value)}`),
  );
  return shellCommand([
    'tidemark',
    'run',
    pipeline,
    ...resources.flatMap((resource) => flag('--resource', resource)),
    ...flag('--logical-date', logicalDate),
    ...flag('--interval-at', intervalAt),
    ...flag('--from', from),
    ...flag('--to', to),
    ...bindings.flatMap((binding) => flag('--bind', binding)),
    ...(fullRefresh === true ? ['--full-refresh'] : []),
    ...(replace === true ? ['--replace'] : []),
    ...(force === true ? ['--force'] : []),
    ...(options.local === true ? ['--local'] : []),
    ...flag('--config', options.config),
  ]);
}

/** @param what the name of a pipeline, whose Schedule it is, or the id of a backfill */
export function pauseCommand(what: string, reason?: string, options: CommandOptions = {}): string {
  return shellCommand([
    'tidemark',
    'pause',
    what,
    ...flag('--reason', reason),
    ...flag('--config', options.config),
  ]);
}

/** @param what as of {@link pauseCommand} */
export function resumeCommand(what: string, options: CommandOptions = {}): string {
  return shellCommand(['tidemark', 'resume', what, ...flag('--config', options.config)]);
}

/** @param workflowId of a backfill */
export function resizeCommand(workflowId: string, parallel: number, options: CommandOptions = {}): string {
  return shellCommand([
    'tidemark',
    'resize',
    workflowId,
    ...flag('--parallel', parallel),
    ...flag('--config', options.config),
  ]);
}

/** @param workflowId of a run or backfill */
export function cancelCommand(workflowId: string, options: CommandOptions = {}): string {
  return shellCommand(['tidemark', 'cancel', workflowId, ...flag('--config', options.config)]);
}

/** An option with its value: in one word where the value would be taken for an option itself. */
function flag(name: string, value: string | number | undefined): string[] {
  if (value === undefined) return [];
  const text = String(value);
  return text.startsWith('-') ? [`${name}=${text}`] : [name, text];
}

/** What a run was asked for beside its pipeline and time: what a command that repeats it has to ask for too. */
export interface Rerun extends LoadOptions, CommandOptions {
  readonly pipeline: string;
  /** The zone that the command will read a bare date in. @default unknown: every instant is written out */
  readonly zone?: string | undefined;
  /** Whether it ran in this process, without Temporal. @default false */
  readonly local?: boolean | undefined;
}

/** How the command would be typed that loads an interval's resources again. */
export function rerunCommand({
  interval,
  zone,
  config,
  local,
  ...request
}: Rerun & {
  readonly interval: Interval | null;
  readonly resources?: readonly string[] | undefined;
}): string {
  return runCommand({ ...request, ...timeOf(interval, zone) }, { config, local });
}

function timeOf(
  interval: Interval | null,
  zone: string | undefined,
): Pick<RunRequest, 'logicalDate' | 'from' | 'to'> {
  if (interval === null) return {};
  const { start, end } = interval;
  // a bare date is midnight in the schedule's zone
  const text = (instant: string): string =>
    zone === 'UTC' && /T00:00(:00(\.0+)?)?Z$/.test(instant)
      ? instant.slice(0, instant.indexOf('T'))
      : instant.replace(/\.0+Z$/, 'Z');
  // a manual run's (T, T) is not a range: it means from T till now
  return start === end ? { logicalDate: text(start) } : { from: text(start), to: text(end) };
}

/** Words as a shell reads them: quoted where one has more than letters, digits and the usual marks. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
