import { TidemarkError } from '../errors';
import { coerceBoundOrThrow, ROW_FORM } from './cursor-type';
import { describeValue } from './cursor-value';
import { isIsoText } from './iso-text';
import { checkIncrementalOptions } from './option-checks';
import { overrideOptions, resolveOptions } from './options';
import type {
  CursorInputs,
  CursorType,
  CursorValues,
  IncrementalOptions,
  IncrementalOverride,
} from './types';
import { IncrementalUnboundError } from './unbound-error';

const BRAND = Symbol.for('tidemark.incremental');
declare const VALUE: unique symbol;
const LIVE = [
  'initialValue',
  'startValue',
  'lastValue',
  'endValue',
  'startOutOfRange',
  'endOutOfRange',
] as const;

/**
 * What {@link incremental} gives: a description, the same for every run. It has no values; those are on the bound
 * incremental that `extract` gets. Reading one of them here throws {@link IncrementalUnboundError}.
 */
export interface IncrementalDefinition<T = unknown> {
  readonly options: IncrementalOptions<T, unknown>;
  /** Carries the type of the values to `extract`; never there. */
  readonly [VALUE]?: T;
}

type Typed<C extends CursorType> = IncrementalOptions<CursorValues[C], CursorInputs[C]> & {
  readonly type: C;
};
type Untyped<T> = IncrementalOptions<T> & { readonly type?: never };
type Started<I> = { readonly initialValue: I };

/**
 * Describes how a resource is loaded incrementally: which field says what is new, and from which value on rows are
 * wanted.
 *
 * The range is half open: a row at the start belongs to it, a row at the end doesn't; rows outside are dropped before
 * they are loaded. A row that comes again at the boundary of a later run is dropped by the hash of its key.
 * With `endValue` the run is stateless.
 *
 * @throws TidemarkError INCREMENTAL_INVALID, CURSOR_PATH_INVALID, CONFIG_INVALID for an option that doesn't exist
 * @example
 * incremental({ cursor: 'timestamp', type: 'unix', initialValue: 0, allowExternalSchedulers: true })
 */
export function incremental<C extends CursorType>(
  options: Typed<C> & Started<CursorInputs[C]>,
): IncrementalDefinition<CursorValues[C]>;
export function incremental<C extends CursorType>(
  options: Typed<C>,
): IncrementalDefinition<CursorValues[C] | undefined>;
export function incremental<T>(options: Untyped<T> & Started<T>): IncrementalDefinition<T>;
export function incremental<T = unknown>(options: Untyped<T>): IncrementalDefinition<T | undefined>;
export function incremental(options: IncrementalOptions<unknown>): IncrementalDefinition<unknown> {
  checkIncrementalOptions('incremental', options);
  checkValues('incremental', options);
  const definition = { options: Object.freeze({ ...options }) };
  Object.defineProperty(definition, BRAND, { value: true });
  for (const name of LIVE)
    Object.defineProperty(definition, name, {
      get: () => {
        throw new IncrementalUnboundError(options.cursor, name);
      },
    });
  return Object.freeze(definition);
}

/** Whether `value` was made by {@link incremental}, of this or another copy of the package. */
export function isIncrementalDefinition(value: unknown): value is IncrementalDefinition {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/**
 * Checks what a run overrides of a definition, when it is bound.
 *
 * @throws CONFIG_INVALID for an option that doesn't exist; INCREMENTAL_INVALID, CURSOR_PATH_INVALID
 */
export function checkIncrementalOverride(
  owner: string,
  definition: IncrementalDefinition,
  override: IncrementalOverride,
): void {
  checkIncrementalOptions(owner, override);
  checkValues(owner, overrideOptions(definition.options, override));
}

const isTime = (type: CursorType | undefined): type is Exclude<CursorType, 'integer' | 'text'> =>
  type !== undefined && type !== 'integer' && type !== 'text';

function checkValues(owner: string, options: IncrementalOptions<unknown>): void {
  const { type } = resolveOptions(options);
  for (const field of ['initialValue', 'endValue'] as const) {
    const value = options[field];
    if (typeof value !== 'string' || !isTime(type)) coerceBoundOrThrow(field, type, value);
    // an ISO text is a time whatever the type, and a scheduler that joins replaces it: else it is refused where it is bound
    else if (!isIsoText(value))
      throw new TidemarkError(
        'CONFIG_INVALID',
        `${owner}: ${field} ${describeValue(value)} is not a valid value of type '${type}'; accepted is ${ROW_FORM[type]}, or an instant.`,
        { details: { field } },
      );
  }
}
