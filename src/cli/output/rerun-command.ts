import type { Interval } from '../../interval';
import { formatInstant } from './format';

/** How the command would be typed that loads an interval's resources again. */
export function rerunCommand(options: {
  readonly pipeline: string;
  readonly interval: Interval | null;
  readonly resources?: readonly string[];
  readonly config?: string;
  /** Further words, such as `--local`. */
  readonly flags?: readonly string[];
}): string {
  const { pipeline, interval, resources = [], config, flags = [] } = options;
  return shellCommand([
    'tidemark',
    'run',
    pipeline,
    ...resources.flatMap((resource) => ['--resource', resource]),
    ...dateFlags(interval),
    ...flags,
    ...(config === undefined ? [] : ['--config', config]),
  ]);
}

function dateFlags(interval: Interval | null): string[] {
  if (interval === null) return [];
  const { start, end } = interval;
  // a manual run's (T, T) is no range: it means from T till now
  if (start === end) return ['--logical-date', formatInstant(start)];
  return ['--from', formatInstant(start), '--to', formatInstant(end)];
}

/** Words as a shell reads them: quoted where one has more than letters, digits and the usual marks. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
