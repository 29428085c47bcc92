import { guess, shown, TidemarkError } from '../errors';
import { type Check, firstProblem, record } from './check';

/** A check for each option that there is: one that is added to `T` and not here doesn't compile. */
export type ChecksOf<T> = { readonly [K in keyof Required<T>]: Check };

interface ObjectOptions {
  /** @default none */
  readonly required?: readonly string[];
}

/** An object of options: known keys, those that are required, and each value. */
export function object<T>(checks: ChecksOf<T>, { required = [] }: ObjectOptions = {}): Check {
  const names = Object.keys(checks);
  const check = (name: string): Check => checks[name as keyof T];
  const accepted = `an object with ${names.map((name) => `"${name}"`).join(', ')}`;
  return {
    accepted,
    takes: record.takes,
    problem(value, at) {
      const below = (name: string): string => (at === '' ? name : `${at}.${name}`);
      if (!record.takes(value))
        return `"${shown(value)}" is not a valid ${at || 'value'}; write ${accepted}.`;
      const given = Object.entries(value as object);
      const unknown = given.find(([name]) => !Object.hasOwn(checks, name))?.[0];
      if (unknown !== undefined) return unknownOption(unknown, below(shown(unknown)), names);
      const fields = new Map<string, unknown>(given.filter(([, one]) => one !== undefined));
      const missing = required.find((name) => !fields.has(name));
      if (missing !== undefined) return `"${below(missing)}" is missing; write ${check(missing).accepted}.`;
      return firstProblem(
        [...fields].map(
          ([name, one]) =>
            () =>
              check(name).problem(one, below(name)),
        ),
      );
    },
  };
}

function unknownOption(name: string, at: string, names: readonly string[]): string {
  const meant = guess(name, names);
  const known = names.map((one) => `"${one}"`).join(', ');
  return `"${at}" is not an option.${meant === '' ? ` There ${names.length === 1 ? 'is' : 'are'} ${known}.` : meant}`;
}

/**
 * Checks what an author gave to a factory, when it is called.
 *
 * @param owner whose options these are: `resource "issues"`
 * @throws CONFIG_INVALID naming owner, option, value and what is accepted
 */
export function checkOptions(owner: string, options: unknown, check: Check): void {
  const problem = check.problem(options, '');
  if (problem !== undefined)
    throw new TidemarkError('CONFIG_INVALID', `${owner}: ${problem}`, { details: { owner } });
}

/**
 * Checks one argument of a factory that takes it without a name.
 *
 * @throws CONFIG_INVALID
 */
export function checkArgument(owner: string, name: string, value: unknown, check: Check): void {
  const problem = check.problem(value, name);
  if (problem !== undefined)
    throw new TidemarkError('CONFIG_INVALID', `${owner}: ${problem}`, { details: { owner, option: name } });
}
