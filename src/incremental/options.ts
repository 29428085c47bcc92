import { shown, TidemarkError } from '../errors';
import { withoutUndefined } from '../value';
import { type CursorPath, parseCursorPath } from './cursor-path';
import type { CursorType, IncrementalOptions, IncrementalOverride, LastValueFunction } from './types';

const TYPES: readonly CursorType[] = [
  'unix',
  'unixMs',
  'unixFloat',
  'iso',
  'date',
  'datetime',
  'integer',
  'text',
];

/** Options with their defaults filled in. */
export interface ResolvedOptions {
  readonly cursor: string;
  readonly path: CursorPath;
  readonly type: CursorType | undefined;
  readonly initialValue: unknown;
  readonly endValue: unknown;
  readonly lastValueFunc: 'max' | 'min' | LastValueFunction<unknown>;
  readonly primaryKey: string | readonly string[] | undefined;
  readonly rowOrder: 'asc' | 'desc' | undefined;
  readonly rangeStart: 'closed' | 'open';
  readonly rangeEnd: 'open' | 'closed';
  readonly onCursorValueMissing: 'raise' | 'include' | 'exclude';
  readonly lag: number;
  readonly allowExternalSchedulers: boolean;
}

/** @throws TidemarkError INCREMENTAL_INVALID, CURSOR_PATH_INVALID */
export function resolveOptions(options: IncrementalOptions<unknown>): Readonly<ResolvedOptions> {
  const { cursor, lastValueFunc = 'max', lag = 0 } = options;
  if (typeof cursor !== 'string' || cursor.trim() === '')
    throw invalid('cursor', cursor, 'a field name or a JSONPath', "cursor: 'updated_at'");
  // They turn text and dates into NaN, and the undefined last value of the first call too.
  if ((lastValueFunc as unknown) === Math.max) throw mathFunction('max');
  if ((lastValueFunc as unknown) === Math.min) throw mathFunction('min');
  if (typeof lastValueFunc !== 'function')
    oneOf('lastValueFunc', lastValueFunc, ['max', 'min'], ', or a function of (value, last)');
  if (options.type !== undefined) oneOf('type', options.type, TYPES);
  if (options.rowOrder !== undefined) oneOf('rowOrder', options.rowOrder, ['asc', 'desc']);
  if (!Number.isFinite(lag) || lag < 0)
    throw invalid('lag', lag, 'a number that is not negative', 'lag: 3600 for an hour of a datetime cursor');
  return Object.freeze({
    cursor,
    path: parseCursorPath(cursor),
    type: options.type,
    initialValue: options.initialValue ?? undefined,
    endValue: options.endValue ?? undefined,
    lastValueFunc,
    primaryKey: options.primaryKey,
    rowOrder: options.rowOrder,
    rangeStart: oneOf('rangeStart', options.rangeStart ?? 'closed', ['closed', 'open']),
    rangeEnd: oneOf('rangeEnd', options.rangeEnd ?? 'open', ['open', 'closed']),
    onCursorValueMissing: oneOf('onCursorValueMissing', options.onCursorValueMissing ?? 'raise', [
      'raise',
      'include',
      'exclude',
    ]),
    lag,
    allowExternalSchedulers: options.allowExternalSchedulers ?? false,
  });
}

/** The options of one run: the fields that the override names replace the definition's, and no other. */
export function overrideOptions(
  options: IncrementalOptions<unknown>,
  override: IncrementalOverride | undefined,
): IncrementalOptions<unknown> {
  if (override === undefined) return options;
  return { ...options, ...withoutUndefined(override) };
}

function oneOf<T extends string>(option: string, value: unknown, accepted: readonly T[], more = ''): T {
  const found = accepted.find((one) => one === value);
  if (found === undefined)
    throw invalid(option, value, `one of ${accepted.map((one) => `'${one}'`).join(', ')}${more}`, undefined);
  return found;
}

function invalid(
  option: string,
  value: unknown,
  accepted: string,
  example: string | undefined,
): TidemarkError {
  return new TidemarkError(
    'INCREMENTAL_INVALID',
    `incremental: "${shown(value)}" is not a valid ${option}; it must be ${accepted}${example === undefined ? '' : `, such as ${example}`}.`,
    { details: { option, value: shown(value) } },
  );
}

function mathFunction(name: 'max' | 'min'): TidemarkError {
  return new TidemarkError(
    'INCREMENTAL_INVALID',
    `incremental: "Math.${name}" is not a valid lastValueFunc: it gives NaN for text, dates and a first value. ` +
      `Write lastValueFunc: '${name}', which orders every kind of cursor.`,
    { details: { option: 'lastValueFunc' } },
  );
}
