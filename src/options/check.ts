import { guess, shown } from '../errors';
import { isRecord } from '../value';

/** What is accepted as the value of an option. Undefined is always accepted: an option may be left out. */
export interface Check {
  /** How a message names what is accepted, after `write`. */
  readonly accepted: string;
  /** Whether a value is of the kind that {@link Check.problem} speaks of: chooses among several checks. */
  takes(value: unknown): boolean;
  /**
   * The sentence about what is wrong with a value; undefined for one that is accepted.
   * @param at the option's name, `columns.id.dataType`
   */
  problem(value: unknown, at: string): string | undefined;
}

const notValid = (value: unknown, at: string, accepted: string): string =>
  `"${shown(value)}" is not a valid ${at}; write ${accepted}.`;

/** A check by a condition alone. */
export const satisfying = (accepted: string, accepts: (value: unknown) => boolean): Check => ({
  accepted,
  takes: accepts,
  problem: (value, at) => (accepts(value) ? undefined : notValid(value, at, accepted)),
});

/** A check whose value never gets into a message. */
export const hidden = (accepted: string, accepts: (value: unknown) => boolean): Check => ({
  accepted,
  takes: accepts,
  problem: (value, at) =>
    accepts(value)
      ? undefined
      : `"${at}" is ${value === undefined ? 'not set' : `of type ${value === null ? 'null' : typeof value}`}; write ${accepted}.`,
});

export const anything: Check = satisfying('any value', () => true);
export const text: Check = satisfying(
  'a text that is not empty',
  (value) => typeof value === 'string' && value !== '',
);
export const anyText: Check = satisfying('a text', (value) => typeof value === 'string');
export const flag: Check = satisfying('true or false', (value) => typeof value === 'boolean');
export const callable: Check = satisfying('a function', (value) => typeof value === 'function');
/** An object whose keys are the author's. */
export const record: Check = satisfying('an object', isRecord);

/** A number from `from` on; `Infinity` too, since it says "no limit". */
export const numberFrom = (from: number): Check =>
  satisfying(`a number from ${from} on`, (value) => typeof value === 'number' && value >= from);

export const wholeNumber = (from: number, to: number = Number.MAX_SAFE_INTEGER): Check =>
  satisfying(
    to === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${from} on`
      : `a whole number from ${from} to ${to}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to,
  );

/** A text that `read` takes; it throws for others. */
export const readBy = (accepted: string, read: (value: string) => unknown): Check =>
  satisfying(accepted, (value) => {
    if (typeof value !== 'string') return false;
    try {
      return read(value) !== undefined;
    } catch {
      return false;
    }
  });

/** One of some texts, with a guess at the one that was meant. */
export function oneOf(...names: readonly string[]): Check {
  const accepted = names.map((name) => `"${name}"`).join(', ');
  return {
    accepted,
    takes: (value) => typeof value === 'string',
    problem: (value, at) =>
      names.includes(value as string)
        ? undefined
        : `${notValid(value, at, accepted)}${typeof value === 'string' ? guess(value, names) : ''}`,
  };
}

/** The first of the checks that takes the value says what is wrong with it. */
export function either(...checks: readonly Check[]): Check {
  const accepted = checks.map((check) => check.accepted).join(', or ');
  const takes = (value: unknown): boolean => checks.some((check) => check.takes(value));
  return {
    accepted,
    takes,
    problem(value, at) {
      const check = checks.find((one) => one.takes(value));
      return check === undefined ? notValid(value, at, accepted) : check.problem(value, at);
    },
  };
}

export const listOf = (check: Check): Check => ({
  accepted: `a list, each of it ${check.accepted}`,
  takes: Array.isArray,
  problem(value, at) {
    if (!Array.isArray(value)) return notValid(value, at, `a list, each of it ${check.accepted}`);
    return firstProblem(value.map((one, index) => () => check.problem(one, `${at}[${index}]`)));
  },
});

/** An object whose keys are the author's; a key whose value is undefined is left out. */
export const recordOf = (check: Check): Check => ({
  accepted: `an object, each value ${check.accepted}`,
  takes: record.takes,
  problem(value, at) {
    return (
      record.problem(value, at) ??
      firstProblem(
        Object.entries(value as object)
          .filter(([, one]) => one !== undefined)
          .map(
            ([key, one]) =>
              () =>
                check.problem(one, `${at}.${shown(key)}`),
          ),
      )
    );
  },
});

/** What is wrong first; the checks after it aren't made. */
export function firstProblem(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}
